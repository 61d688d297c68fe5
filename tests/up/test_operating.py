"""What an operator does when something fails, against `bus up`: look, repair, send back, replay."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from tests.up.operated import EASY, FAILING, FUSSY, REPAIRED, bus, eventually, operated_project
from tests.up.project import PROJECT, Platform

USING = re.compile(r"Using bus up at http://127\.0\.0\.1:\d+\n")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(operated_project(tmp_path_factory.mktemp("operated"))) as platform:
        yield platform


def publish(up: Platform, kind: str, **detail: Any) -> None:
    entry = {"EventBusName": "shop", "Source": "shop", "DetailType": kind, "Detail": json.dumps(detail)}
    assert up.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def booked(up: Platform) -> set[str]:
    """The ids of the items in the table."""
    items = up.client("dynamodb").scan(TableName="orders", ConsistentRead=True)["Items"]
    return {item["id"]["S"] for item in items}


def listed(up: Platform) -> dict[str, Any]:
    """The dead-letter queues by name, as programs read them."""
    answer = bus(up.project, "dlq", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    return {row["queue"]: row for row in json.loads(answer.stdout)}


def letters(up: Platform, queue: str) -> int:
    return int(listed(up)[queue]["messages"])


def received(up: Platform, queue: str) -> list[Any]:
    """Everything in a queue, deleted."""
    sqs, found = up.client("sqs"), list[Any]()
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def repair(up: Platform, function: str, file: str, old: str, new: str) -> None:
    """Edit a handler's file, and wait until its function runs the new code."""
    handler = up.project / "services/small" / file
    assert old in handler.read_text()
    handler.write_text(handler.read_text().replace(old, new))
    assert eventually(lambda: f"infra/{function} runs new code" in up.output.read_text())


def test_a_poison_event_is_found_explained_repaired_and_sent_back(up):
    publish(up, "OrderPlaced", id="good", total=5)
    for poison in ("poison-1", "poison-2"):
        publish(up, "OrderPlaced", id=poison)

    assert eventually(lambda: letters(up, "order-dead-letters"), lambda count: count == 2) == 2
    assert booked(up) == {"good"}
    row = next(line for line in bus(up.project, "dlq", "list").stdout.splitlines() if line.startswith("order-"))
    assert re.fullmatch(r"order-dead-letters\t2\t0\t0\t[\d.]+ m?s\tqueue orders", row)

    shown = bus(up.project, "dlq", "show", "order-dead")
    assert shown.returncode == 0
    assert USING.fullmatch(shown.stderr)
    for line in shown.stdout.splitlines():
        at, kind, source, *_, reason = line.split("\t")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", at)
        assert (kind, source) == ("OrderPlaced", "shop")
        assert reason == "received once from orders by book and never deleted (maxReceiveCount 1)"
    log = (up.project / ".omnibus/logs/book.log").read_text()
    assert "KeyError: 'total'" in log

    repair(up, "Book", "orders.py", FAILING, REPAIRED)
    one = bus(up.project, "dlq", "redrive", "order-dead", "--where", "detail.id=poison-1", "--yes")
    assert (one.returncode, one.stdout.splitlines()[-1]) == (0, "1 message redriven.")
    assert eventually(lambda: booked(up), lambda ids: "poison-1" in ids) == {"good", "poison-1"}
    assert letters(up, "order-dead-letters") == 1

    whole = bus(up.project, "dlq", "redrive", "order-dead", "--yes", "--json")
    assert whole.returncode == 0
    assert json.loads(whole.stdout) == {"done": 1, "refused": {}, "twice": 0, "stopped": ""}
    assert eventually(lambda: booked(up), lambda ids: "poison-2" in ids) == {"good", "poison-1", "poison-2"}
    assert letters(up, "order-dead-letters") == 0


def test_a_letter_of_a_stream_shows_the_records_it_names_and_they_go_to_the_function_again(up):
    up.client("kinesis").put_record(StreamName="lines", Data=b"seven", PartitionKey="k")
    assert eventually(lambda: letters(up, "line-dead-letters")) == 1

    [letter] = json.loads(bus(up.project, "dlq", "show", "line-dead", "--json", "--full").stdout)
    assert (letter["kind"], letter["from"], letter["code"]) == ("mapping", "count", "RetryAttemptsExhausted")
    assert [record["kinesis"]["data"] for record in letter["records"]] == ["c2V2ZW4="]
    assert letter["functions"] == ["count"]
    still = bus(up.project, "dlq", "redrive", "line-dead", "--yes")
    assert still.returncode == 1
    assert "1 message stayed: count failed: ValueError: invalid literal for int()" in still.stdout

    repair(up, "Count", "lines.py", FUSSY, EASY)
    again = bus(up.project, "dlq", "redrive", "line-dead", "--yes")

    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "1 message redriven.")
    assert "line seven" in booked(up)
    assert letters(up, "line-dead-letters") == 0


def test_a_purge_asks_and_deletes_what_it_is_told_to(up):
    for number in range(3):
        publish(up, "OrderClosed", id=f"closed-{number}")
    assert eventually(lambda: letters(up, "closed-dead-letters"), lambda count: count == 3) == 3
    [row] = [row for name, row in listed(up).items() if name == "closed-dead-letters"]
    assert row["from"] == ["rule shop/closed to nowhere"]
    assert "NO_RESOURCE" in bus(up.project, "dlq", "show", "closed-dead", "--limit", "1").stdout

    refused = bus(up.project, "dlq", "purge", "closed-dead")
    assert refused.returncode == 2
    assert "there is no terminal to ask on; say --yes" in refused.stderr
    with Terminal(up.project, "dlq", "purge", "closed-dead") as terminal:
        terminal.until("Delete 3 messages of closed-dead-letters for good?")
        terminal.type("n\n")
        assert terminal.ends() == 1
    assert letters(up, "closed-dead-letters") == 3

    one = bus(up.project, "dlq", "purge", "closed-dead", "--where", "detail.id=closed-1", "--yes")
    assert (one.returncode, one.stdout.splitlines()[-1]) == (0, "1 message deleted.")
    assert letters(up, "closed-dead-letters") == 2
    assert bus(up.project, "dlq", "purge", "closed-dead", "--yes").stdout == "2 messages deleted.\n"
    assert letters(up, "closed-dead-letters") == 0


def test_an_archive_is_replayed_into_one_rule_alone_at_a_rate(up):
    for number in range(6):
        publish(up, "Noted", n=number)
    url = up.client("sqs").get_queue_url(QueueName="audit")["QueueUrl"]
    depth = "ApproximateNumberOfMessages"
    eventually(lambda: int(attributes(up, url)[depth]) >= 6)
    received(up, "audit")
    before = booked(up)

    began = time.monotonic()
    pattern = '{"detail-type": ["Noted"]}'
    done = bus(up.project, "replay", "--from", "-1h", "--rule", "audit", "--rate", "4", "--pattern", pattern)
    took = time.monotonic() - began

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"Replayed, 6 events handed over; the last of \S+ \S+\.", done.stdout.splitlines()[-1])
    assert took > 5 / 4
    replayed = received(up, "audit")
    assert sorted(event["detail"]["n"] for event in replayed) == list(range(6))
    assert {event["replay-name"] for event in replayed} == {done.stdout.split("into audit alone: ")[1].split("\n")[0]}
    assert booked(up) == before
    queues = up.client("sqs").list_queues(QueueNamePrefix="bus-replay").get("QueueUrls", [])
    assert queues == []


def attributes(up: Platform, url: str) -> dict[str, str]:
    found: dict[str, str] = up.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def told(up: Platform) -> dict[str, dict[str, Any]]:
    """What the status says of each thing, by kind and name."""
    answer = bus(up.project, "status", "--json")
    assert answer.returncode == 0, answer.stderr
    status = json.loads(answer.stdout)
    assert status["unasked"] == {}
    return {kind: {row.get("name") or row["function"]: row for row in status[kind]} for kind in KINDS}


def test_the_status_tells_depths_ages_durations_lags_and_what_is_due(up):
    publish(up, "OrderPlaced", id="seen", total=1)
    up.client("kinesis").put_record(StreamName="lines", Data=b"8", PartitionKey="k")
    eventually(lambda: {"seen", "line 8"} <= booked(up))

    # What a function has written is there before its invocation is over, and counted.
    eventually(lambda: (told(up)["functions"].get("book") or {}).get("invocations"))
    rows = told(up)
    audit = rows["queues"]["audit"]
    assert audit["messages"] > 0
    assert 0 <= audit["oldest"] < 120
    assert rows["queues"]["closed-dead-letters"]["dead_letters"]
    book = rows["functions"]["book"]
    assert book["invocations"] >= 1
    assert 0 < book["p50"] <= book["p99"]
    assert rows["readers"]["count"]["lag"] is not None
    assert rows["readers"]["book"]["lag"] is None  # of a queue
    assert 0 <= rows["pipes"]["changes"]["lag"] < 60
    assert rows["pipes"]["changes"]["executions"] >= 1
    assert rows["streams"]["lines"]["lag"] is not None
    assert rows["rules"]["audit"]["invocations"] >= 1
    assert rows["schedules"]["nightly"]["next"].endswith("T03:00:00+00:00")
    plain = bus(up.project, "status").stdout.splitlines()
    assert {line.split("\t")[0] for line in plain} == KINDS


KINDS = {"queues", "streams", "readers", "functions", "rules", "pipes", "schedules"}


def test_a_watch_shows_what_changes_and_ends_cleanly(up):
    sqs = up.client("sqs")
    url = sqs.get_queue_url(QueueName="quiet")["QueueUrl"]
    with Terminal(up.project, "status", "--watch", "--every", "0.5") as terminal:
        terminal.until(r"quiet +0 +0 +0")
        assert ALTERNATE_SCREEN in terminal.output
        assert HIDE_CURSOR in terminal.output
        for _ in range(7):
            sqs.send_message(QueueUrl=url, MessageBody="x")
        terminal.until(r"quiet +7 +0 +0")

        terminal.signal(signal.SIGINT)

        assert terminal.ends() == 0
    assert terminal.output.rindex(SHOW_CURSOR) > terminal.output.rindex(HIDE_CURSOR)
    assert terminal.output.rindex(MAIN_SCREEN) > terminal.output.rindex(ALTERNATE_SCREEN)
    assert "Traceback" not in terminal.output


ALTERNATE_SCREEN, MAIN_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """The `bus` command on a terminal of 100 columns; what it writes is kept in `output`."""

    def __init__(self, project: Path, *arguments: str) -> None:
        self._command = [sys.executable, "-m", "bus.cli", *arguments, "--project", str(project)]
        self.output = ""

    def __enter__(self) -> Self:
        own, other = pty.openpty()
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=PROJECT,
            env={**surroundings, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "60"},
            start_new_session=True,
        )
        os.close(other)
        self._own = own
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._own)

    def until(self, pattern: str) -> None:
        """Read until what was written, without its colours, has the pattern."""
        until = time.monotonic() + 30
        while not re.search(pattern, _STYLE.sub("", self.output)):
            assert time.monotonic() < until, self.output
            assert self._read(), self.output

    def type(self, text: str) -> None:
        os.write(self._own, text.encode())

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ends(self) -> int:
        """Read on until it ends; its exit status."""
        while self._read():
            pass
        return self._process.wait(30)

    def _read(self) -> bool:
        """Take what is there; False when there will be nothing more."""
        readable, _, _ = select.select([self._own], [], [], 30)
        try:
            read = os.read(self._own, 65_536) if readable else b""
        except OSError:  # how Linux says that nobody has the other end any more
            read = b""
        self.output += read.decode(errors="replace")
        return bool(read)
