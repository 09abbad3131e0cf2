# Opens a tunnel to the Kubernetes API of $ENVIRONMENT, which lasts as long as the job. Without a
# cluster there is nothing to connect to; what needs it then says so itself.
log=${RUNNER_TEMP:-/tmp}/tunnel.log
.venv/bin/eks-platform tunnel "$ENVIRONMENT" > "$log" 2>&1 &
tunnel=$!
for _ in $(seq 60); do
  if [ -s ".tunnel/$ENVIRONMENT/proxy" ] || ! kill -0 "$tunnel" 2> /dev/null; then
    break
  fi
  sleep 2
done
cat "$log"
