# Finds what was changed outside Terraform in $ENVIRONMENT. An error has exit code 2 too, if the
# configuration is wrong: then there is no page.
folder=${RUNNER_TEMP:-/tmp}
code=0
.venv/bin/eks-platform drift "$ENVIRONMENT" --markdown -lock=false > "$folder/page.md" || code=$?
if [ "$code" = 2 ] && [ -s "$folder/page.md" ]; then
  echo true > "$folder/drift"
elif [ "$code" = 0 ]; then
  echo false > "$folder/drift"
else
  exit "$code"
fi
