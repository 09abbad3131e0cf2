"""What the parts have in common that play controllers of a cluster which do not run here."""

import abc
import contextlib
import threading
from types import TracebackType
from typing import Final, Self

from tools.kubernetes.client import Client, KubernetesError

_POLL_SECONDS: Final = 0.3


class Controller(abc.ABC):
    """Compares what is with what should be, again and again, in a thread of its own.

    It runs while the context lasts, and has the client for itself.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    @abc.abstractmethod
    def reconcile(self) -> None:
        """Looks once, and changes what has to be changed."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(_POLL_SECONDS):
            # Objects change and vanish while they are read: the next round sees what is then.
            with contextlib.suppress(KubernetesError, OSError):
                self.reconcile()
