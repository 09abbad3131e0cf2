# Writes the page to the pull request, into the comment that the job before this one wrote.
page=${RUNNER_TEMP:-/tmp}/page.md
if [ -s "$page" ]; then
  marker="<!-- eks-platform: $ENVIRONMENT -->"
  { echo "$marker"; cat "$page"; } > "$page.marked"
  comments=repos/$GITHUB_REPOSITORY/issues
  mine=".user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))"
  id=$(gh api --paginate "$comments/$NUMBER/comments" --jq ".[] | select($mine) | .id" | sed -n 1p)
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "$comments/comments/$id" --field "body=@$page.marked"
  else
    gh api --silent --method POST "$comments/$NUMBER/comments" --field "body=@$page.marked"
  fi
fi
