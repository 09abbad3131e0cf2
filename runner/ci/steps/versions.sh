# Writes the newest versions that fit to config/versions.yaml, and pushes them as the branch versions.
.venv/bin/eks-platform versions
if [ -s versions.patch ]; then
  git apply versions.patch
  make docs goldens
  git switch --force-create versions
  git add --update
  git -c "user.name=$AUTHOR" -c "user.email=$EMAIL" commit --message "Take newer versions"
fi
