# Plans $STACK of $ENVIRONMENT; the job of its apply starts only if there is something to apply.
page=${RUNNER_TEMP:-/tmp}/page.md
code=0
.venv/bin/eks-platform plan "$ENVIRONMENT" "$STACK" --markdown -detailed-exitcode -lock=false \
  > "$page" || code=$?
cat "$page" >> "$GITHUB_STEP_SUMMARY"
if [ "$code" = 2 ] && [ -s "$page" ]; then
  echo "changes=true" >> "$GITHUB_OUTPUT"
elif [ "$code" = 0 ]; then
  echo "changes=false" >> "$GITHUB_OUTPUT"
else
  exit "$code"
fi
