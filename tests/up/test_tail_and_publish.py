"""`bus tail` and `bus publish` beside a running platform, as processes."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.up.project import LONGEST_START, PROJECT, Platform, small_project

CORRELATION = "01939a3c-0000-7000-8000-000000000001"
EVENT = "01939a3c-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A small project's platform; its bus is "small", and its rule hears of the source "case"."""
    with Platform(small_project(tmp_path_factory.mktemp("tail"))) as platform:
        yield platform


class Tail:
    """`bus tail` as a process, and its lines as they come."""

    def __init__(self, platform: Platform, *options: str) -> None:
        command = [sys.executable, "-m", "bus.cli", "tail", "--project", str(platform.project), *options]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT, encoding="utf-8"
        )
        self.lines: list[str] = []
        self.told: list[str] = []
        self._readers = [
            Thread(target=self._read, args=given, daemon=True)
            for given in ((self.process.stdout, self.lines), (self.process.stderr, self.told))
        ]
        for reader in self._readers:
            reader.start()

    def wait_for(self, text: str, *, told: bool = False) -> str:
        """The first line that has this text."""
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until:
            for line in self.told if told else self.lines:
                if text in line:
                    return line
            assert self.process.poll() is None, (self.lines, self.told)
            time.sleep(0.01)
        raise AssertionError(f"{text} does not come; there are {self.lines} and {self.told}")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Interrupt it; its exit status."""
        self.process.send_signal(number)
        return self.over()

    def over(self) -> int:
        status = self.process.wait(LONGEST_START)
        for reader in self._readers:
            reader.join()
        return status

    def _read(self, stream: Any, lines: list[str]) -> None:
        with stream:
            for line in stream:
                lines.append(line.rstrip("\n"))  # noqa: PERF401 - each as it comes


@contextmanager
def tailing(platform: Platform, *options: str) -> Iterator[Tail]:
    """It is following when the block begins, and gone after it."""
    tail = Tail(platform, *options)
    try:
        tail.wait_for("Listening on" if "--pattern" in options else "Following", told=True)
        yield tail
    finally:
        tail.process.kill()
        tail.over()


def publish(platform: Platform, *options: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bus.cli", "publish", "--project", str(platform.project), "--bus", "small"]
    return subprocess.run(  # noqa: S603 - our own command
        [*command, *options], input=given, capture_output=True, text=True, cwd=PROJECT, timeout=60, check=False
    )


def put(platform: Platform, detail: dict[str, Any], detail_type: str = "Case") -> None:
    entry = {"EventBusName": "small", "Source": "case", "DetailType": detail_type, "Detail": json.dumps(detail)}
    assert platform.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def listeners(platform: Platform) -> list[str]:
    """What `bus tail --pattern` has made."""
    rules = platform.client("events").list_rules(EventBusName="small", NamePrefix="omnibus-tail-")["Rules"]
    queues = platform.client("sqs").list_queues(QueueNamePrefix="omnibus-tail-").get("QueueUrls", [])
    return [*(rule["Name"] for rule in rules), *queues]


def test_every_hop_is_shown_as_it_happens_with_the_kind_of_event(up: Platform) -> None:
    with tailing(up) as tail:
        put(up, {}, "Shown")
        line = tail.wait_for("SendMessage")
        status = tail.end()

    assert line.split()[1:] == ["Shown", line.split()[2], "sqs", "SendMessage", "infra/Events", "ok"]
    assert status == 0
    assert tail.told == [f"Following {up.endpoint}"]


def test_hops_come_as_json_that_names_what_the_ledger_names(up: Platform) -> None:
    with tailing(up, "--json") as tail:
        put(up, {"metadata": {"event_id": EVENT}})
        hop = json.loads(tail.wait_for("SendMessage"))

    assert (hop["event_id"], hop["detail_type"], hop["place"]) == (EVENT, "Case", "infra/Events")
    assert hop["resource"] == "arn:aws:sqs:us-east-1:123456789012:events"


def test_the_last_hops_can_be_shown_first(up: Platform) -> None:
    put(up, {}, "Before")

    with tailing(up, "--last", "3") as tail:
        tail.wait_for("deliver")
        tail.end()

    actions = [line.split()[4] for line in tail.lines]
    assert actions == ["match", "SendMessage", "deliver"]


def test_a_story_is_told_from_its_beginning_and_goes_on(up: Platform) -> None:
    put(up, {"metadata": {"event_id": f"{EVENT}-a", "correlation_id": CORRELATION}}, "First")
    put(up, {"metadata": {"event_id": f"{EVENT}-x"}}, "Other")

    with tailing(up, "--correlation", CORRELATION) as tail:
        first = tail.wait_for("PutEvents")
        put(up, {"metadata": {"event_id": f"{EVENT}-b", "correlation_id": CORRELATION}}, "Second")
        tail.wait_for("Second")
        status = tail.end(signal.SIGTERM)

    assert first.split()[1:4] == ["+0.000", "s", "First"]
    assert any(line.startswith("Now visible in infra/Events") for line in tail.told)
    assert not any("Other" in line for line in tail.lines)
    assert status == 0


def test_a_story_that_nobody_knows_yet_is_waited_for(up: Platform) -> None:
    with tailing(up, "--correlation", "later") as tail:
        put(up, {"metadata": {"event_id": str(uuid4()), "correlation_id": "later"}}, "Late")
        tail.wait_for("Late")
        tail.end()

    assert tail.told[0] == "Nothing is known of later yet; waiting for it."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_events_by_pattern_leave_nothing_behind(up: Platform, number: signal.Signals) -> None:
    pattern = '{"detail": {"amount": [{"numeric": [">", 10]}]}}'
    with tailing(up, "--pattern", pattern, "--bus", "small", "--json") as tail:
        made = listeners(up)
        put(up, {"amount": 5})
        put(up, {"amount": 50})
        event = json.loads(tail.wait_for("amount"))
        status = tail.end(number)

    assert event["detail"] == {"amount": 50}
    assert (len(made), status, listeners(up)) == (2, 0, [])


def test_an_invalid_pattern_is_one_sentence_and_leaves_nothing_behind(up: Platform) -> None:
    tail = Tail(up, "--pattern", '{"source": "case"}', "--bus", "small")

    assert tail.over() == 1
    assert tail.told[-1].startswith("Error: PutRule: InvalidEventPatternException: ")
    assert listeners(up) == []


def test_an_event_in_a_file_is_published_and_can_be_followed(up: Platform, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"source": "case", "detail-type": "Published", "detail": {"id": "by hand"}}))

    with tailing(up) as tail:
        done = publish(up, str(file), "--unchecked")
        tail.wait_for("Published")

    assert (done.returncode, done.stdout) == (0, "Published published\n")


def test_events_from_standard_input_are_told_one_by_one(up: Platform) -> None:
    events = [{"Source": "case", "DetailType": f"T{number}", "Detail": "{}"} for number in range(12)]

    done = publish(up, "-", "--unchecked", "--json", given="\n".join(map(json.dumps, events)))

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["detail-type"] for each in told] == [f"T{number}" for number in range(12)]
    assert all(each["id"] and each["error"] is None for each in told)


def test_the_example_of_a_contract_says_how_it_is_followed(up: Platform) -> None:
    done = publish(up, "--example", "OrderPlaced.v1")

    assert done.returncode == 0, done.stderr
    told, _, correlation = done.stdout.strip().rpartition(" ")
    assert told == "OrderPlaced.v1 published; follow it with: bus tail --correlation"
    with tailing(up, "--correlation", correlation) as tail:
        assert "OrderPlaced.v1" in tail.wait_for("PutEvents")


def test_what_breaks_its_contract_is_not_published_and_neither_is_what_comes_before(up: Platform) -> None:
    good = {"source": "omnibus.orders", "detail-type": "OrderCancelled.v1", "detail": {"data": {}}}
    with tailing(up) as tail:
        refused = publish(up, "-", given=json.dumps([good]))
        put(up, {}, "After")
        tail.wait_for("After")

    assert refused.returncode == 2
    assert refused.stderr.startswith("Using bus up at ")
    assert "the event breaks the contract OrderCancelled.v1 at /data: " in refused.stderr
    assert not any("OrderCancelled" in line for line in tail.lines)


def test_an_unknown_contract_is_answered_with_those_there_are(up: Platform) -> None:
    refused = publish(up, "--example", "OrderPlayed.v1")

    assert refused.returncode == 2
    assert "no contract is called OrderPlayed.v1; say one of: " in refused.stderr


def test_a_tail_ends_with_a_sentence_when_the_platform_does(up: Platform) -> None:
    with tailing(up) as hops, tailing(up, "--pattern", "{}", "--bus", "small") as events:
        stopped = up.stop()
        statuses = hops.over(), events.over()

    assert (stopped, statuses) == (0, (1, 1))
    assert hops.told[-1] == f"Error: the platform at {up.endpoint} has stopped"
    assert events.told[-1].startswith("Error: nothing answers at http://127.0.0.1:")
    without = Tail(up)
    assert (without.over(), without.told) == (1, ["Error: no platform runs here; start it with: bus up"])
