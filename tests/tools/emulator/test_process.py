"""The server process starts on a free port, and leaves nothing behind when it ends."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import emulator
from tools.emulator import LocalAws
from tools.emulator.environment import LOOPBACK
from tools.emulator.process import EmulatorStartError
from tools.provider_mirror import go_platform

PROJECT = Path(__file__).parents[3]


class Command:
    """``python -m tools.emulator`` in an empty home folder, once it has greeted."""

    def __init__(self, home: Path, *arguments: str, **environ: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.emulator", *arguments],
            cwd=PROJECT,
            env=os.environ
            | {"HOME": str(home), "TMPDIR": str(home), "AWS_PROFILE": "mine", "NO_PROXY": "there"}
            | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.greeting = ""
        while "export no_proxy" not in self.greeting:
            line = self._output().readline()
            assert line, "it ended before it greeted"
            self.greeting += line

    def endpoint(self) -> str:
        variable = "export AWS_ENDPOINT_URL="
        (line,) = (line for line in self.greeting.splitlines() if line.startswith(variable))
        return line.removeprefix(variable)

    def server(self) -> int:
        """The process id of the server behind the command."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text())

    def end(self, number: int) -> str:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return rest

    def _output(self) -> "subprocess.IO[str]":  # type: ignore[name-defined]
        assert self.process.stdout is not None
        return self.process.stdout


def answers(endpoint: str) -> bool:
    host, port = endpoint.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def test_it_answers_inside_the_block_and_not_after_it() -> None:
    with emulator.start() as aws:
        assert answers(aws.endpoint)
    assert not answers(aws.endpoint)


def test_it_ends_when_the_block_raises() -> None:
    started = emulator.start()
    endpoint = started.__enter__().endpoint
    swallowed = started.__exit__(RuntimeError, RuntimeError("boom"), None)
    assert swallowed is False
    assert not answers(endpoint)


def test_two_servers_have_different_ports_and_contents(aws: LocalAws) -> None:
    with emulator.start() as other:
        aws.client("s3").create_bucket(Bucket="mine")
        assert other.client("s3").list_buckets()["Buckets"] == []
        assert other.endpoint != aws.endpoint


def test_it_starts_and_stops_in_a_thread_without_signals() -> None:
    endpoints: list[str] = []

    def run() -> None:
        with emulator.start() as aws:
            endpoints.append(aws.endpoint)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not answers(endpoints[0])


def test_stopping_twice_is_no_error() -> None:
    with emulator.start() as aws:
        aws.stop()


def test_an_account_of_the_wrong_form_is_refused() -> None:
    with pytest.raises(ValueError, match="twelve digits"), emulator.start("12345"):
        pass


def test_a_port_in_use_is_reported() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorStartError, match="did not start"), emulator.start(port=port):
            pass


def test_the_command_says_what_it_is_and_how_to_reach_it(tmp_path: Path) -> None:
    command = Command(tmp_path, "--account", "999988887777")
    try:
        assert "not AWS" in command.greeting
        assert "cost no money" in command.greeting
        assert "999988887777" in command.greeting
        assert "AWS_PROFILE" in command.greeting.split("unset ")[1].splitlines()[0]
        assert f"export NO_PROXY=there,{LOOPBACK}" in command.greeting
        told = subprocess.run(
            ["bash", "-c", f"{command.greeting}\nenv"],
            env={"PATH": os.environ["PATH"], "AWS_PROFILE": "mine"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"AWS_ENDPOINT_URL={command.endpoint()}" in told
        assert "AWS_PROFILE" not in told
    finally:
        command.end(signal.SIGTERM)


def test_the_command_names_the_provider_mirror_of_this_machine(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "registry.terraform.io/hashicorp/aws/5.100.0" / go_platform()).mkdir(parents=True)
    command = Command(tmp_path, TF_PROVIDER_MIRROR=str(mirror), XDG_CACHE_HOME=str(tmp_path))
    try:
        variable = "export TF_CLI_CONFIG_FILE="
        (line,) = (line for line in command.greeting.splitlines() if line.startswith(variable))
        assert str(mirror) in Path(line.removeprefix(variable)).read_text()
    finally:
        command.end(signal.SIGTERM)


def test_a_users_terraform_configuration_is_kept(tmp_path: Path) -> None:
    own = tmp_path / "own.tfrc"
    own.touch()
    command = Command(tmp_path, TF_CLI_CONFIG_FILE=str(own))
    try:
        assert "TF_CLI_CONFIG_FILE" not in command.greeting
    finally:
        command.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_cleanly_and_leaves_no_file(tmp_path: Path, number: int) -> None:
    command = Command(tmp_path)
    endpoint = command.endpoint()
    assert answers(endpoint)
    rest = command.end(number)
    assert command.process.returncode == 0
    assert "stopped" in rest
    assert not answers(endpoint)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for another's child by pidfd")
def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = Command(tmp_path)
    handle = os.pidfd_open(command.server())
    try:
        command.end(signal.SIGKILL)
        readable, _, _ = select.select([handle], [], [], 30)
        assert readable == [handle]
    finally:
        os.close(handle)
    assert not answers(command.endpoint())


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="finds the server in /proc")
def test_ctrl_c_of_a_terminal_reaches_the_server_and_does_not_end_it(tmp_path: Path) -> None:
    command = Command(tmp_path)
    try:
        os.kill(command.server(), signal.SIGINT)
        assert answers(command.endpoint())
    finally:
        command.end(signal.SIGTERM)


def test_the_command_reports_a_wrong_account(capsys: pytest.CaptureFixture[str]) -> None:
    from tools.emulator.__main__ import main

    assert main(["--account", "1"]) == 1
    assert "twelve digits" in capsys.readouterr().err
