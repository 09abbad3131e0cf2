# Whether something may be destroyed or replaced: asked for by hand, or by a label of the merged
# pull request.
allowed=$INPUT
if [ "$allowed" != true ]; then
  allowed=false
  labels=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" \
    --jq '.[] | select(.merged_at) | .labels[].name')
  if grep --quiet --line-regexp allow-deletes <<< "$labels"; then
    allowed=true
  fi
fi
echo "ALLOW_DELETES=$allowed" >> "$GITHUB_ENV"
