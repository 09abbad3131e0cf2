"""Runs jobs in parallel and prints their output one after the other."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TextIO

Terminal = TextIO
"""The file to which a job and its child processes print."""

Job = Callable[[Terminal], None]


def run_parallel(jobs: Sequence[Job]) -> None:
    """Runs jobs in parallel and waits for all of them.

    The output of the first job is printed at once, that of each other job when those before it
    have ended. After a failure the other jobs still run to their end.

    Raises:
        Exception: of the first failed job, in the order of the jobs.
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
