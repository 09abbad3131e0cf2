# Plans $STACK of $ENVIRONMENT anew, and applies that plan if it destroys and replaces nothing, or
# may. The plan has secrets in it: it stays in a folder of its own, which is deleted.
program=.venv/bin/eks-platform
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
code=0
"$program" plan "$ENVIRONMENT" "$STACK" --markdown --no-deletes --out "$folder" \
  > "$folder/page.md" || code=$?
cat "$folder/page.md" >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [ "$code" = 3 ] && [ "$ALLOW_DELETES" = true ]; then
  code=0
elif [ "$code" = 3 ]; then
  echo "Nothing was applied: something would be destroyed or replaced." >&2
fi
[ "$code" = 0 ] || exit "$code"
"$program" apply "$ENVIRONMENT" "$STACK" -- "$folder/$ENVIRONMENT-$STACK.tfplan"
