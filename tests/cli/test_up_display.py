"""How `bus up` writes: hops, functions' logs, and a terminal that does not keep up."""

import io
import json
import threading
from typing import Any

import pytest

from bus.cli.up.flow import FlowLines
from bus.cli.up.logs import readable
from bus.cli.up.painting import Paint, paint_for
from bus.cli.up.writing import MOST, Lines
from bus.local.ledger import Hop
from bus.local.up.names import Told

PLAIN = Paint(coloured=False)


def told(**changed: Any) -> Told:
    fields = {
        "number": 1,
        "at": 1_000.0,
        "service": "sqs",
        "action": "SendMessage",
        "resource": "r",
        "event_id": "0199-abcdef",
        "attempt": 1,
        "outcome": "ok",
        "note": "",
    } | changed
    return Told(Hop(**fields), "OrderPlaced.v1", "orders/Queue", str(fields["note"]))


def test_a_hop_is_one_line_of_columns() -> None:
    line = FlowLines(PLAIN).line(told(attempt=2, outcome="retry", note="why"))

    assert line.split() == [line[:12], "OrderPlaced.v1", "…abcdef", "sqs", "SendMessage", "orders/Queue", "retry",
                            "attempt", "2", "why"]  # fmt: skip


def test_columns_stand_below_one_another() -> None:
    lines = [FlowLines(PLAIN).line(told(event_id=None)), FlowLines(PLAIN).line(told(service="apigatewayv2"))]

    assert len({line.index("orders/Queue") for line in lines}) == 1


def test_of_one_story_the_time_since_its_first_hop_is_told() -> None:
    lines = FlowLines(PLAIN, since_first=True)
    lines.line(told())

    assert "+1.250 s" in lines.line(told(at=1_001.25))


def test_only_what_is_wrong_is_red() -> None:
    lines = FlowLines(Paint(coloured=True))

    red = [
        outcome for outcome in ("ok", "201", "404", "lost", "retry") if "\x1b[31m" in lines.line(told(outcome=outcome))
    ]

    assert red == ["404", "lost"]


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "0"}, False),
    ],
)
def test_colours_are_for_terminals_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001 - the expected value
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert paint_for(io.StringIO()).coloured == coloured


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("START RequestId: 1 Version: $LATEST", None),
        ("REPORT RequestId: 1 Duration: 2 ms", None),
        ("", None),
        ('{"_aws": {"CloudWatchMetrics": []}, "Orders": 1}', None),
        ("plain text\n", ("plain text", "faint")),
        ("[ERROR] ValueError: no", ("[ERROR] ValueError: no", "bad")),
        ('{"no": "message"}', ('{"no": "message"}', "faint")),
        (
            '{"level": "INFO", "message": "done", "service": "orders", "order_id": "7"}',
            ("INFO done  order_id=7", "faint"),
        ),
        ('{"level": "WARNING", "message": {"a": 1}}', ('WARNING {"a": 1}', "waiting")),
        (
            '{"level": "ERROR", "message": "no", "exception": "Traceback\\nValueError"}',
            ("ERROR no\nTraceback\nValueError", "bad"),
        ),
    ],
)
def test_a_line_of_a_log_is_told_without_what_nobody_asks_for(line: str, shown: tuple[str, str] | None) -> None:
    assert readable(line) == shown


class Paused(io.StringIO):
    """A terminal on which somebody pressed Ctrl-S."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()

    def write(self, text: str) -> int:
        self.goes_on.wait()
        return super().write(text)


def test_a_paused_terminal_holds_nobody_up_and_is_told_what_it_missed() -> None:
    terminal = Paused()
    lines = Lines(terminal)

    for number in range(3 * MOST):
        lines.say(str(number))
    terminal.goes_on.set()
    lines.end()

    shown = terminal.getvalue().splitlines()
    left_out = [json.loads(line.split()[0].strip("(").replace(",", "")) for line in shown if "left out" in line]
    assert sum(left_out) + len(shown) - len(left_out) == 3 * MOST
    assert sum(left_out) >= MOST


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(text)


def test_a_reader_that_is_gone_ends_nothing() -> None:
    lines = Lines(Gone())

    lines.say("one")
    lines.end()
    lines.say("two")

    assert threading.active_count() == len(threading.enumerate())
