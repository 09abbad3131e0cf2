# Opens a merge request for the branch versions, if it was made; GitLab keeps one that is open.
if [ -s versions.patch ]; then
  git push --force --push-option merge_request.create \
    --push-option "merge_request.target=$BRANCH" \
    --push-option "merge_request.title=Take newer versions" \
    "https://eks-platform:$GITLAB_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git" versions
fi
