"""Opens a tunnel to the private Kubernetes API of an environment (M4)."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from runner.backend.location import Location
from runner.errors import RunnerError
from runner.kubernetes.access import access_to, described, token
from runner.kubernetes.api import Kubernetes, NoAnswerError
from runner.kubernetes.connection import cluster_read_by
from runner.kubernetes.proxy import PROXY_VARIABLE
from runner.kubernetes.tunnel_record import recorded
from runner.manifest import KUBERNETES, Stack, select
from runner.tunnel.kubeconfig import write_kubeconfig
from runner.tunnel.nodes import find_node
from runner.tunnel.programs import require_programs
from runner.tunnel.proxy import proxy_to_host
from runner.tunnel.session import API_PORT, Forwarding, Session, TunnelError

Say = Callable[[str], None]

KUBECONFIG: Final = "kubeconfig"


def tunnel(stacks: Sequence[Stack], say: Say) -> None:
    """Keeps a tunnel open until Ctrl-C or SIGTERM; raises as `opened` does."""
    with opened(stacks, say), _until_signal() as stopped:
        stopped.wait()
    say("The tunnel is closed.")


@contextmanager
def opened(stacks: Sequence[Stack], say: Say) -> Iterator[Path]:
    """Opens a tunnel as long as the body runs; gives its kubeconfig.

    Raises:
        RunnerError: a program, the cluster or a node for it is missing, or one is open already.
        TunnelError: the session did not begin, or the API does not answer through it.
        KubernetesUnreachableError: the API refuses the credentials.
        ClientError: AWS rejected a call.
    """
    stack = select(stacks, KUBERNETES)
    cluster = cluster_read_by(stack)
    if cluster is None:
        raise RunnerError(f"{stack.name} reads no cluster, so there is no API to connect to.")
    name, region = cluster
    location = Location.of(stack)
    require_programs()
    location.require_account()
    access = access_to(_existing(location, name, region))

    def begin() -> Session:
        node = find_node(location, name, region)
        say(f"Starting a session to {node}, a node of {name}.")
        return Session(node, host, region)

    host = urlsplit(access.endpoint).hostname or ""
    with ExitStack() as end:
        record = end.enter_context(recorded(location.environment))
        forwarding = Forwarding(begin)
        end.callback(forwarding.end)
        proxy = end.enter_context(proxy_to_host(host, API_PORT, forwarding.connect))
        forwarding.connect().close()
        try:
            Kubernetes(access, lambda: token(location, name, region), proxy).check()
        except NoAnswerError as error:
            raise TunnelError(f"{error} The session printed: {forwarding.printed}") from error
        kubeconfig = record.folder / KUBECONFIG
        write_kubeconfig(kubeconfig, access, region, proxy)
        end.callback(kubeconfig.unlink)
        record.write(proxy)
        say(
            f"The Kubernetes API of {name} answers through the tunnel, until Ctrl-C. In other "
            f"terminals make plan, apply, destroy and unlock of {location.environment} use it. "
            "For kubectl and helm, and for plain terraform in the platform stack:\n"
            f"  export KUBECONFIG={kubeconfig}\n"
            f"  export {PROXY_VARIABLE}={proxy}"
        )
        yield kubeconfig


def _existing(location: Location, cluster: str, region: str) -> dict[str, Any]:
    found = described(location, cluster, region)
    if found is None or "endpoint" not in found:
        state = "does not exist" if found is None else f"is {found['status']}"
        raise RunnerError(
            f"The cluster {cluster} {state} in {region}, so there is no API to connect to. "
            f"`make apply ENV={location.environment} STACK=cluster` makes it."
        )
    return found


@contextmanager
def _until_signal() -> Iterator[threading.Event]:
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
