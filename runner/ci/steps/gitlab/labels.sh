# The label of the merge request allows that something is destroyed or replaced.
case ",${CI_MERGE_REQUEST_LABELS:-}," in
  *,allow-deletes,*) export ALLOW_DELETES=true ;;
esac
