# Keeps one open issue with the page of the drift; closes it when there is none any more.
folder=${RUNNER_TEMP:-/tmp}
drift=$(cat "$folder/drift")
if [ -z "${GITLAB_TOKEN:-}" ]; then
  cat "$folder/page.md"
  [ "$drift" = false ] || exit 1
else
  call() {
    curl --silent --show-error --fail --header "PRIVATE-TOKEN: $GITLAB_TOKEN" "$@"
  }
  title="Drift of $ENVIRONMENT"
  issues=$CI_API_V4_URL/projects/$CI_PROJECT_ID/issues
  id=$(call --get --data-urlencode "search=$title" --data "in=title&state=opened" "$issues" \
    | jq --raw-output --arg title "$title" 'map(select(.title == $title)) | .[0].iid // empty')
  jq --null-input --arg title "$title" --rawfile page "$folder/page.md" \
    '{title: $title, description: $page}' > "$folder/page.json"
  if [ "$drift" = true ] && [ -n "$id" ]; then
    set -- --request PUT --data "@$folder/page.json" "$issues/$id"
  elif [ "$drift" = true ]; then
    set -- --request POST --data "@$folder/page.json" "$issues"
  elif [ -n "$id" ]; then
    set -- --request PUT --data '{"state_event": "close"}' "$issues/$id"
  else
    set --
  fi
  if [ "$#" -gt 0 ]; then
    call --header "Content-Type: application/json" "$@" > /dev/null
  fi
fi
