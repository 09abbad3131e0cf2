# AWS's tools exchange the token of the job for credentials of the role $AWS_ROLE_ARN themselves.
mkdir -p "$RUNNER_TEMP"
chmod 700 "$RUNNER_TEMP"
printf '%s' "$AWS_TOKEN" > "$RUNNER_TEMP/token"
export AWS_WEB_IDENTITY_TOKEN_FILE=$RUNNER_TEMP/token
