# Writes the page to the merge request, into the note that the job before this one wrote.
page=${RUNNER_TEMP:-/tmp}/page.md
if [ -s "$page" ] && [ -z "${GITLAB_TOKEN:-}" ]; then
  echo "The variable GITLAB_TOKEN is not set: the page is only here."
  cat "$page"
elif [ -s "$page" ]; then
  call() {
    curl --silent --show-error --fail --header "PRIVATE-TOKEN: $GITLAB_TOKEN" "$@"
  }
  marker="<!-- eks-platform: $ENVIRONMENT -->"
  notes=$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
  id=$(call "$notes?sort=asc&per_page=100" | jq --raw-output --arg marker "$marker" \
    'map(select(.body | startswith($marker))) | .[0].id // empty')
  jq --null-input --arg marker "$marker" --rawfile page "$page" \
    '{body: ($marker + "\n" + $page)}' > "$page.json"
  if [ -n "$id" ]; then
    set -- --request PUT "$notes/$id"
  else
    set -- --request POST "$notes"
  fi
  call --header "Content-Type: application/json" --data "@$page.json" "$@" > /dev/null
fi
