# Opens a pull request for the branch versions, if it was made and none is open.
if [ -s versions.patch ]; then
  git push --force origin versions
  open=$(gh pr list --head versions --state open --json number --jq '.[].number')
  if [ -z "$open" ]; then
    gh pr create --base "$BRANCH" --head versions --title "Take newer versions" \
      --body "Run \`make verify-charts\` on this branch: it renders the new charts with our values."
  fi
fi
