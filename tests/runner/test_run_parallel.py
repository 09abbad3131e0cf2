"""Jobs run at the same time and print as if they came one after the other."""

import subprocess
import sys
import threading

import pytest

from runner.run_parallel import Terminal, run_parallel

MEETS = 10
"""Seconds in which two jobs that run at the same time have met; none waits so long."""


def test_jobs_run_at_the_same_time(capfd: pytest.CaptureFixture[str]) -> None:
    meeting = threading.Barrier(2)

    def job(terminal: Terminal) -> None:
        meeting.wait(MEETS)
        terminal.write("met\n")

    run_parallel([job, job])
    assert capfd.readouterr().out == "met\nmet\n"


def test_outputs_are_printed_in_the_order_of_the_jobs(
    capfd: pytest.CaptureFixture[str],
) -> None:
    second_is_done = threading.Event()

    def first(terminal: Terminal) -> None:
        second_is_done.wait(MEETS)
        command = [sys.executable, "-c", "print('first')"]
        subprocess.run(command, stdout=terminal, check=True)

    def second(terminal: Terminal) -> None:
        command = [sys.executable, "-c", "print('second')"]
        subprocess.run(command, stdout=terminal, check=True)
        second_is_done.set()

    run_parallel([first, second])
    assert capfd.readouterr().out == "first\nsecond\n"


def test_a_failure_is_raised_when_all_jobs_have_ended(capfd: pytest.CaptureFixture[str]) -> None:
    def fails(_: Terminal) -> None:
        raise LookupError

    def prints(terminal: Terminal) -> None:
        terminal.write("still here\n")

    for jobs in ([fails, prints], [prints, fails]):
        with pytest.raises(LookupError):
            run_parallel(jobs)
        assert capfd.readouterr().out == "still here\n"
