"""Nothing of `bus up` can be reached from another machine: its sockets are all of 127.0.0.1."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from tests.up.project import Platform

LOOPBACK = "0100007F"  # as the kernel writes 127.0.0.1; `man 5 proc_pid_net`
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def _family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _sockets(pid: int) -> Iterator[str]:
    """The inodes of the sockets that a process has open."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found = _SOCKET.fullmatch(str(entry.readlink()))
        except FileNotFoundError:  # closed since
            continue
        if found is not None:
            yield found[1]


def _addresses(table: str, inodes: set[str]) -> list[str]:
    """The local addresses, in hexadecimal, of those sockets that are in /proc/net's table."""
    rows = [line.split() for line in Path("/proc/net", table).read_text().splitlines()[1:]]
    return [row[1].rpartition(":")[0] for row in rows if row[9] in inodes]


def test_only_loopback_is_bound(up: Platform):
    up.client("lambda").invoke(FunctionName="writer", Payload=json.dumps({"id": "bound"}))["Payload"].read()

    family = list(_family(up.process.pid))
    inodes = {inode for pid in family for inode in _sockets(pid)}

    assert len(family) > 1, "the function has a process of its own"
    assert set(_addresses("tcp", inodes)) == {LOOPBACK}
    assert [_addresses(table, inodes) for table in ("tcp6", "udp", "udp6")] == [[], [], []]
