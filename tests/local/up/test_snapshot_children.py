"""Snapshots are written by child processes, which may be given up and which hold nothing of the parent's."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.up.inputs import Call
from bus.local.up.machine import Machine
from bus.local.up.state import State


@pytest.fixture
def machine() -> Iterator[Machine]:
    with mock_aws():
        plane = Plane()
        open_all(plane)
        plane.call("sqs", "CreateQueue", QueueName="q")
        yield Machine(plane)


def send(state: State, machine: Machine, body: str) -> None:
    given = Call("sqs", "SendMessage", {"QueueUrl": f"http://sqs/{Plane.account}/q", "MessageBody": body}, "")
    state.append(time.time(), given)
    machine.apply(time.time(), given).result()


def bodies(machine: Machine) -> list[str]:
    url = f"http://sqs/{Plane.account}/q"
    received = machine.plane.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return sorted(message["Body"] for message in received["Messages"])


def test_a_snapshot_that_is_given_up_for_another_loses_nothing(machine: Machine, tmp_path: Path) -> None:
    state = State(tmp_path)
    state.begin(machine)
    send(state, machine, "1")

    state.snapshot(machine)
    send(state, machine, "2")
    state.snapshot(machine, hurry=True)
    send(state, machine, "3")
    cut_off = State(tmp_path).recover().machine
    state.finish()
    finished = State(tmp_path).recover()

    assert cut_off is not None
    assert bodies(cut_off) == ["1", "2", "3"]
    assert finished.machine is not None
    assert bodies(finished.machine) == ["1", "2", "3"]
    assert finished.inputs == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal-3", "snapshot-3"]


def test_a_client_sees_its_connection_closed_while_a_snapshot_is_written(machine: Machine, tmp_path: Path) -> None:
    read, write = os.pipe()
    machine.plane.rooms["sqs"].held_up = Slow(read)  # the child waits for the pipe when it comes to this
    state = State(tmp_path)
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)

    state.snapshot(machine, hurry=True)
    ours.close()

    assert theirs.recv(1) == b""
    assert state.writing
    os.write(write, b"x")
    state.finish()
    assert (tmp_path / "snapshot-1").exists()
    theirs.close()
    os.close(read)
    os.close(write)


class Slow:
    """Takes until a pipe is written to, to be pickled."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def __reduce__(self) -> tuple[type, tuple[()]]:
        os.read(self._pipe, 1)
        return list, ()
