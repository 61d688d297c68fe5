"""What is found after a crash at any moment, and what happens when the disk is full or no child can be made."""

import errno
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from bus.local.up.beginning import begun
from bus.local.up.inputs import Call
from bus.local.up.machine import Machine
from bus.local.up.snapshots import DamagedStateError, frozen
from bus.local.up.state import State

START = 1_800_000_000.0


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    """What moto keeps, which a recovery puts back in its place."""
    with mock_aws():
        yield


class Kept:
    """A machine of one queue in a folder."""

    def __init__(self, folder: Path) -> None:
        self.state, self.machine = State(folder), begun(START, 1)
        self.state.begin(self.machine)
        self.url = self.call("CreateQueue", QueueName="q")["QueueUrl"]

    def call(self, operation: str, **params: Any) -> Any:
        given = Call("sqs", operation, params, "")
        self.state.append(START, given)
        return self.machine.apply(START, given).result()

    def send(self, body: str) -> None:
        self.call("SendMessage", QueueUrl=self.url, MessageBody=body)

    @property
    def folder(self) -> Path:
        return self.state.folder


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "state")


def bodies(machine: Machine) -> list[str]:
    """What lies in the queue."""
    url = machine.plane.call("sqs", "GetQueueUrl", QueueName="q")["QueueUrl"]
    answer = machine.plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return sorted(message["Body"] for message in answer.get("Messages", ()))


def recovered(folder: Path) -> list[str]:
    machine = State(folder).recover().machine
    assert machine is not None
    return bodies(machine)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_kept_of_a_record_that_the_disk_has_no_room_for(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.send("one")
    real, room = os.write, [10]  # bytes

    def write(file: int, content: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = real(file, bytes(content)[: room[0]])
        room[0] -= written
        return written

    with monkeypatch.context() as patch:
        patch.setattr("bus.local.up.journal.os.write", write)
        with pytest.raises(OSError, match="No space left"):
            kept.send("two")
    kept.send("three")

    assert recovered(kept.folder) == ["one", "three"]


def test_a_kill_before_the_first_snapshot_is_whole_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "snapshot-1.new").write_bytes(b"half")

    state = State(folder)

    assert state.recover().machine is None
    state.begin(begun(START, 1))
    assert names(folder) == ["journal-1", "snapshot-1"]


def test_a_kill_between_a_snapshot_and_the_deletion_of_what_it_replaces_is_of_no_consequence(kept: Kept) -> None:
    kept.send("one")
    before = {name: (kept.folder / name).read_bytes() for name in names(kept.folder)}
    kept.state.snapshot(kept.machine)
    kept.state.finish()
    kept.send("two")
    for name, content in before.items():
        (kept.folder / name).write_bytes(content)

    assert names(kept.folder) == ["journal-1", "journal-2", "snapshot-1", "snapshot-2"]
    assert recovered(kept.folder) == ["one", "two"]


def test_journals_without_their_snapshot_are_repeated_after_those_before(kept: Kept) -> None:
    kept.send("one")
    kept.state.snapshot(kept.machine)
    kept.state.finish()
    kept.send("two")
    first = kept.folder.with_name("copy")
    shutil.copytree(kept.folder, first)
    kept.state.snapshot(kept.machine)
    kept.state.finish()
    kept.send("three")
    (kept.folder / "journal-3").rename(first / "journal-3")
    (first / "journal-4").touch()

    state = State(first)
    recovery = state.recover()

    assert recovery.machine is not None
    assert recovery.inputs == 2
    assert bodies(recovery.machine) == ["one", "three", "two"]


def test_a_snapshot_that_is_damaged_is_said_to_be(kept: Kept) -> None:
    kept.state.snapshot(kept.machine)
    kept.state.finish()
    snapshot = kept.folder / "snapshot-2"
    whole = snapshot.read_bytes()

    for damaged in (whole[:-1], whole[:200], whole[:-5] + b"?" + whole[-4:]):
        snapshot.write_bytes(damaged)
        with pytest.raises(DamagedStateError, match="bus down --clean"):
            State(kept.folder).recover()


def test_two_recoveries_in_a_row_find_the_same(kept: Kept) -> None:
    kept.send("one")

    for _ in range(2):
        machine = State(kept.folder).recover().machine
        assert machine is not None
        assert frozen(machine)

    assert recovered(kept.folder) == ["one"]


def test_a_child_that_is_killed_leaves_everything_as_it_was(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.send("one")
    monkeypatch.setattr("bus.local.up.state.frozen", lambda _: time.sleep(60))
    kept.state.snapshot(kept.machine)
    kept.send("two")

    os.kill(kept.state._child or 0, signal.SIGKILL)  # noqa: SLF001 - nobody else knows it
    kept.state.finish()

    assert not kept.state.writing
    assert names(kept.folder) == ["journal-1", "journal-2", "snapshot-1"]
    assert recovered(kept.folder) == ["one", "two"]


def test_a_child_that_cannot_write_leaves_no_half_of_a_snapshot(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kept.send("one")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bus.local.up.state.os.fsync", full)
    kept.state.snapshot(kept.machine)
    kept.state.finish()

    assert "No space left" in capfd.readouterr().err
    assert names(kept.folder) == ["journal-1", "journal-2", "snapshot-1"]
    assert recovered(kept.folder) == ["one"]


def test_a_child_whose_parent_is_gone_writes_nothing_into_a_folder_that_may_be_anothers(kept: Kept) -> None:
    parent = os.getppid() + 1  # any other

    kept.state._write(7, frozen(kept.machine), parent)  # noqa: SLF001 - what the child does

    assert names(kept.folder) == ["journal-1", "snapshot-1"]


@pytest.mark.parametrize("what", ["fork", "open"])
def test_without_a_child_or_a_new_journal_the_present_one_goes_on(
    kept: Kept, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.send("one")

    def refused(*_: object) -> int:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    with monkeypatch.context() as patch:
        patch.setattr(f"bus.local.up.state.os.{what}", refused)
        with pytest.raises(OSError, match="memory"):
            kept.state.snapshot(kept.machine)
    kept.send("two")

    assert not kept.state.writing
    assert recovered(kept.folder) == ["one", "two"]
    kept.state.snapshot(kept.machine)
    kept.state.finish()
    kept.send("three")
    assert recovered(kept.folder) == ["one", "three", "two"]
