# Keeps one open issue with the page of the drift; closes it when there is none any more.
folder=${RUNNER_TEMP:-/tmp}
title="Drift of $ENVIRONMENT"
number=$(gh issue list --state open --limit 500 --json number,title \
  --jq ".[] | select(.title == \"$title\") | .number" | sed -n 1p)
if [ "$(cat "$folder/drift")" = true ]; then
  if [ -n "$number" ]; then
    gh issue edit "$number" --body-file "$folder/page.md"
  else
    gh issue create --title "$title" --body-file "$folder/page.md"
  fi
elif [ -n "$number" ]; then
  gh issue close "$number" --comment "There is no drift any more."
fi
