# Plans $ENVIRONMENT, and compares its bill with that of the commit $BASE: together one page.
program=.venv/bin/eks-platform
folder=${RUNNER_TEMP:-/tmp}
code=0
"$program" plan "$ENVIRONMENT" --markdown --no-deletes -lock=false > "$folder/plan.md" || code=$?
if [ -s "$folder/plan.md" ]; then
  cat "$folder/plan.md" > "$folder/page.md"
  if COLUMNS=80 "$program" bill "$ENVIRONMENT" --against "$BASE" > "$folder/bill.txt"; then
    {
      printf '\n<details><summary>The bill of a month, compared with %s</summary>\n\n' "$BASE"
      printf '```text\n'
      head -n 50 "$folder/bill.txt" | cut -c 1-80
      printf '```\n\n</details>\n'
    } >> "$folder/page.md"
  else
    printf '\nThe bill could not be compared with %s: see the log.\n' "$BASE" >> "$folder/page.md"
  fi
fi
if [ "$code" = 3 ] && [ "$ALLOW_DELETES" = true ]; then
  code=0
elif [ "$code" = 3 ]; then
  echo "Something is destroyed or replaced. The label allow-deletes allows it." >&2
fi
[ "$code" = 0 ] || exit "$code"
