"""Jobs that print, run at the same time, with one's output after the other's."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TextIO

Terminal = TextIO
"""Where a job prints, also through processes of its own."""

Job = Callable[[Terminal], None]


def side_by_side(jobs: Sequence[Job]) -> None:
    """Runs jobs at the same time and waits for all of them.

    What the first one prints is seen as it comes, what the others print when those before them
    have ended. A job that fails keeps no other from ending.

    Args:
        jobs: the jobs; each prints to what it is given.

    Raises:
        Exception: what the first job that failed has raised, in the order of the jobs.
    """
    with ExitStack() as files, ThreadPoolExecutor(max(len(jobs), 1)) as pool:
        kept = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in jobs[1:]]
        running = [pool.submit(job, to) for job, to in zip(jobs, [sys.stdout, *kept], strict=True)]
        failures = [running[0].exception()] if running else []
        for job, output in zip(running[1:], kept, strict=True):
            failures.append(job.exception())
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
            sys.stdout.flush()
    for failure in failures:
        if failure is not None:
            raise failure
