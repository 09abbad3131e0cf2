"""State stacks in the emulator, and bootstraps that are stopped or killed on the way."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from runner.backend.bootstrap import bootstrap
from runner.backend.bootstrap_dir import BootstrapDir, bootstrap_folder, lock
from runner.backend.location import Location
from runner.backend.remote_state import read_object, read_state
from runner.backend.state_file import StateFile
from runner.backend.steps import Bootstrap, Step
from runner.backend.teardown import bootstrap_destroy
from runner.manifest import Stack, read_manifest, select
from support.output import Output
from tools.emulator import LocalAws
from tools.standins.reattach import REATTACH

PROJECT: Final = Path(__file__).parents[2]
REGIONS: Final = ("eu-west-1", "eu-central-1")

SLOW_TYPE: Final = "aws_s3_bucket_lifecycle_configuration"
"""The provider watches these for a minute before it believes in them, and a key's rotation for
ten seconds. No test here is about them, and the tests of whole environments have them."""

_DRIVER: Final = """\
import sys
from pathlib import Path
from runner.backend.bootstrap import bootstrap
from runner.manifest import read_manifest, select
outdir = Path(sys.argv[1])
def report(step):
    print("STEP", step.name, flush=True)
bootstrap(select(read_manifest(outdir), sys.argv[2]), outdir, approve=True, report=report)
"""


class StateBackend:
    """A synthesized state stack, to be bootstrapped in the emulator.

    Attributes:
        aws: the emulator.
        stack: the stack.
        location: where its state is to live.
        outdir: the output folder.
        folder: the folder of its bootstrap.
    """

    def __init__(self, aws: LocalAws, environment: str, output: Output, outdir: Path) -> None:
        shutil.copytree(output.path, outdir)
        self.aws = aws
        self.outdir = outdir
        self._name = f"{environment}-state"
        self.stack = self.read()
        self.edit(_without_slow_settings)
        self.location = Location.of(self.stack)
        self.folder = bootstrap_folder(outdir, environment)

    def read(self) -> Stack:
        """Reads the stack from the output folder."""
        return select(read_manifest(self.outdir), self._name)

    def edit(self, change: Any) -> None:
        """Changes the synthesized JSON, as another configuration would."""
        path = self.stack.directory / "cdk.tf.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document, indent=2))
        self.stack = self.read()

    def bootstrap(self) -> None:
        """Bootstraps in this process."""
        bootstrap(self.stack, self.outdir, approve=True, report=lambda _: None)

    def destroy(self, confirmed: str | None = None) -> bool:
        """Ends the state backend in this process."""
        return bootstrap_destroy(
            self.stack, self.outdir, approve=True, confirmed=confirmed, report=lambda _: None
        )

    def lock(self) -> AbstractContextManager[BootstrapDir]:
        """Locks the bootstrap folder."""
        return lock(self.folder)

    def run(self, steps: Sequence[Step]) -> None:
        """Runs some steps only, as if the rest had not been reached."""
        with lock(self.folder) as bootstrap_dir:
            context = Bootstrap(self.stack, self.location, bootstrap_dir, approve=True)
            for step in steps:
                step.run(context)

    def remote(self) -> StateFile | None:
        """The state in the bucket."""
        return read_state(self.location)

    def aws_items(self) -> list[str]:
        """What there is of the types that the state stack makes, as sorted `type:id`."""
        return sorted(f"{type_}:{item}" for type_, items in _LISTS.items() for item in items(self))

    def exists(self, name: str) -> bool:
        """Whether there is a resource of a type."""
        return bool(_LISTS[name](self))

    def duplicates(self) -> list[str]:
        """What exists more often than the stack says."""
        found = Counter(item.split(":")[0] for item in self.aws_items())
        declared = {t: len(entries) for t, entries in self.stack.document["resource"].items()}
        return [f"{t}: {found[t]}, not {declared[t]}" for t in found if found[t] != declared[t]]

    def is_locked(self) -> bool:
        """Whether the state is locked, in the bucket and in the table."""
        key = {"LockID": {"S": f"{self.location.bucket}/{self.location.key}"}}
        dynamodb = self.aws.client("dynamodb", self.location.region)
        item = dynamodb.get_item(TableName=self.location.table, Key=key)
        return (
            "Item" in item and read_object(self.location, f"{self.location.key}.tflock") is not None
        )

    def created_table(self) -> datetime:
        """When the lock table was made."""
        dynamodb = self.aws.client("dynamodb", self.location.region)
        return dynamodb.describe_table(TableName=self.location.table)["Table"]["CreationDateTime"]

    def is_protected(self) -> bool:
        """Whether AWS would refuse to delete the lock table."""
        dynamodb = self.aws.client("dynamodb", self.location.region)
        table = dynamodb.describe_table(TableName=self.location.table)["Table"]
        return table["DeletionProtectionEnabled"]

    @contextmanager
    def bootstrapping(self) -> Iterator["subprocess.Popen[str]"]:
        """A bootstrap in a new process group, to be killed."""
        environ = self.aws.process_environment(os.environ) | {"PYTHONPATH": str(PROJECT)}
        # The signal also ends the provider, so that it must not be a shared one.
        environ.pop(REATTACH, None)
        process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER, str(self.outdir), self._name],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()
            self._wait_for_the_dead()

    def _wait_for_the_dead(self) -> None:
        # A provider that was killed takes its time to go on a busy machine.
        with self.folder.with_name(f"{self.folder.name}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def kill_at(self, pattern: str, and_then: Callable[[], bool] | None = None) -> None:
        """Bootstraps, and kills all of it at a line that matches, or at what comes after it.

        Args:
            pattern: a regular expression for the line.
            and_then: is asked again and again after the line, until it says yes.
        """
        seen = ""
        with self.bootstrapping() as process:
            assert process.stdout
            for line in process.stdout:
                seen += line
                if re.search(pattern, line):
                    break
            else:
                raise AssertionError(f"{pattern!r} did not come: {seen}")
            if and_then:
                _poll(process, and_then)
            os.killpg(process.pid, signal.SIGKILL)

    def kill_when(self, happened: Callable[[], bool]) -> None:
        """Bootstraps, and kills all of it as soon as AWS says that something has happened."""
        with self.bootstrapping() as process:
            reader = threading.Thread(target=lambda: process.stdout and process.stdout.read())
            reader.start()
            _poll(process, happened)
            os.killpg(process.pid, signal.SIGKILL)
            reader.join()


def _poll(process: "subprocess.Popen[str]", happened: Callable[[], bool]) -> None:
    while not happened():
        assert process.poll() is None, "the bootstrap ended before"


def _buckets(backend: StateBackend) -> list[str]:
    return [entry["Name"] for entry in backend.aws.client("s3").list_buckets()["Buckets"]]


def _tables(backend: StateBackend) -> list[str]:
    return backend.aws.client("dynamodb", backend.location.region).list_tables()["TableNames"]


def _policies(backend: StateBackend) -> list[str]:
    pages = backend.aws.client("iam").list_policies(Scope="Local")["Policies"]
    return [policy["Arn"] for policy in pages]


def _roles(backend: StateBackend) -> list[str]:
    return [role["RoleName"] for role in backend.aws.client("iam").list_roles()["Roles"]]


def _keys(backend: StateBackend) -> list[str]:
    found: list[str] = []
    for region in REGIONS:
        kms = backend.aws.client("kms", region)
        keys = [kms.describe_key(KeyId=key["KeyId"]) for key in kms.list_keys()["Keys"]]
        found += [
            key["KeyMetadata"]["KeyId"]
            for key in keys
            if key["KeyMetadata"]["KeyState"] != "PendingDeletion"
            and key["KeyMetadata"]["KeyManager"] == "CUSTOMER"
        ]
    return found


def _aliases(backend: StateBackend) -> list[str]:
    aliases = [
        alias["AliasArn"]
        for region in REGIONS
        for alias in backend.aws.client("kms", region).list_aliases()["Aliases"]
    ]
    return [arn for arn in aliases if ":alias/aws/" not in arn]


_LISTS: Final[dict[str, Callable[[StateBackend], list[str]]]] = {
    "aws_s3_bucket": _buckets,
    "aws_dynamodb_table": _tables,
    "aws_iam_policy": _policies,
    "aws_iam_role": _roles,
    "aws_kms_key": _keys,
    "aws_kms_alias": _aliases,
}


def _without_slow_settings(document: dict[str, Any]) -> None:
    del document["resource"][SLOW_TYPE]
    for key in document["resource"]["aws_kms_key"].values():
        del key["enable_key_rotation"]
