"""`bus rules`, as people and programs call it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click import unstyle
from click.testing import CliRunner, Result

from bus.cli import main

BUS = Path(sys.executable).with_name("bus")
PATTERN = {"source": ["omnibus.orders"], "detail": {"total": [{"numeric": [">", 100]}]}}
PLACED = {"id": "7bf7", "source": "omnibus.orders", "detail-type": "OrderPlaced.v1", "detail": {"total": 250}}
CHEAP = {**PLACED, "detail": {"total": "9"}}


@pytest.fixture
def fed() -> Callable[..., Result]:
    """The command, with something at its standard input."""
    return lambda text, *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


def run(*arguments: object, text: str = "") -> tuple[int, str, str]:
    """A process of its own."""
    done = subprocess.run(  # noqa: S603 - our own command
        [BUS, "rules", *map(str, arguments)], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def test_a_process_exits_with_0_when_the_event_matches_and_says_so(file):
    assert run("test", file(PATTERN), file(PLACED)) == (0, "matches\n", "")


def test_a_process_exits_with_1_when_it_does_not_and_says_why(file):
    code, out, error = run("test", file(PATTERN), "-", text=json.dumps(CHEAP))

    assert (code, error) == (1, "")
    assert out == 'does not match\n  detail.total: expected a number above 100; found "9" (text, not a number)\n'


def test_a_process_exits_with_2_and_the_services_own_words_when_the_pattern_is_invalid(file):
    code, out, error = run("test", "-", file(PLACED), text='{"source": []}')

    assert (code, out) == (2, "")
    assert error == "Error: standard input:1:14: Event pattern is not valid. Reason: Empty arrays are not allowed\n"


@pytest.mark.parametrize("values", [(PLACED, CHEAP), ([PLACED, CHEAP],)], ids=["lines", "array"])
def test_of_several_events_each_is_told_and_counted(command, file, values):
    answer = command("rules", "test", file(PATTERN), file(*values))

    assert answer.exit_code == 1
    assert answer.stdout.splitlines() == [
        "event 1, OrderPlaced.v1, 7bf7 matches",
        "event 2, OrderPlaced.v1, 7bf7 does not match",
        '  detail.total: expected a number above 100; found "9" (text, not a number)',
        "1 of 2 events match",
    ]


def test_programs_read_the_answer_as_json(command, file):
    answer = command("rules", "test", "--json", file(PATTERN), file(PLACED, CHEAP))

    mismatch = {"path": "detail.total", "expected": "a number above 100", "found": '"9" (text, not a number)'}
    assert json.loads(answer.stdout) == {
        "matches": False,
        "events": 2,
        "matched": 1,
        "results": [
            {"event": 1, "matches": True},
            {"event": 2, "matches": False, "branches": 1, "nearest": [[mismatch]]},
        ],
    }


@pytest.mark.parametrize(("event", "code"), [(PLACED, 0), (CHEAP, 1)])
def test_whoever_wants_the_exit_code_alone_hears_nothing(command, file, event, code):
    answer = command("rules", "test", "-q", json.dumps(PATTERN), file(event))

    assert (answer.exit_code, answer.output) == (code, "")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich takes whatever it writes to for a terminal of 120 columns."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_mismatches_stand_in_columns_and_other_branches_below(command, file):
    pattern = {"source": ["omnibus.orders"], "$or": [{field: [1]} for field in "abcdef"]}

    answer = command("rules", "test", json.dumps(pattern), file(PLACED))

    lines = unstyle(answer.stdout).splitlines()
    assert answer.stdout != unstyle(answer.stdout)
    assert [line.split() for line in lines[:4]] == [
        ["✗", "does", "not", "match"],
        ["Field", "Expected", "Found"],
        ["a", "1", "nothing"],
        ["or"],
    ]
    assert lines[-1].strip() == "or 3 other ways that come as near"


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_what_listens_stands_in_columns(command):
    answer = command("rules", "list")

    first, *rest = unstyle(answer.stdout).splitlines()
    assert first.split("  ")[0] == "Name"
    assert any(line.startswith("bus/Archive  ") and "archive of the event bus Bus  " in line for line in rest)


def test_a_rule_of_the_templates_can_be_tried(command, file):
    answer = command("rules", "test", "notifications/OrderNewsRule", file(PLACED, {**PLACED, "source": "elsewhere"}))

    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[1:] == [
        "event 2, OrderPlaced.v1, 7bf7 does not match",
        '  source: expected "omnibus.orders"; found "elsewhere"',
        "1 of 2 events match",
    ]


def test_a_filter_sees_published_attributes_and_polled_bodies_as_its_service_shows_them(command, file):
    attributes = {"price": {"DataType": "Number", "StringValue": "12"}, "photo": {"DataType": "Binary"}}
    policy, criteria = {"price": [{"numeric": [">", 10]}]}, {"body": {"total": [9]}}

    by_attributes = command("rules", "test", "--dialect", "sns-attributes", json.dumps(policy), file(attributes))
    by_body = command("rules", "test", "--dialect", "pipes", json.dumps(criteria), file({"body": '{"total": 9}'}))
    as_rule = command("rules", "test", json.dumps(criteria), file({"body": '{"total": 9}'}))

    assert (by_attributes.exit_code, by_body.exit_code, as_rule.exit_code) == (0, 0, 1)


def test_what_one_service_takes_another_refuses(command, file):
    pattern = {"source": [{"wildcard": "omnibus.*"}]}

    answer = command("rules", "test", "--dialect", "pipes", json.dumps(pattern), file(PLACED))

    assert answer.exit_code == 2
    assert "Unrecognized match type wildcard" in answer.stderr


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ("", "holds no event"),
        ("[]", "holds no event"),
        ("{", "1:2: not JSON: Expecting property name"),
        ('{"a": 1}\n{"a": }', "2:7: not JSON: Expecting value"),
        ('{"a": NaN}', "is not JSON that can be read: JSON has no NaN"),
        ("[" * 100_000, "is not JSON that can be read: it is nested too deeply"),
        ('"text"', 'is "text"; an event is a JSON object'),
        ("[{}, 5]", "is 5; an event is a JSON object"),
    ],
)
def test_what_is_no_event_is_said_in_one_sentence(command, file, events, said):
    answer = command("rules", "test", json.dumps(PATTERN), file(events))

    [line] = answer.output.splitlines()
    assert answer.exit_code == 2
    assert line.startswith("Error: ")
    assert said in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.json", "-"], "nowhere.json cannot be read: No such file or directory"),
        (["-", "-"], "PATTERN and EVENT cannot both be standard input"),
        (["--dialect", "kafka", "-", "e.json"], "'kafka' is not one of"),
        (["--project", "nowhere", "-", "e.json"], "Directory 'nowhere' does not exist"),
    ],
)
def test_what_cannot_be_tried_is_said(command, arguments, said):
    answer = command("rules", "test", *arguments)

    assert answer.exit_code == 2
    assert said in answer.stderr


def test_what_is_no_text_is_said(command, tmp_path):
    (tmp_path / "event.json").write_bytes(b'{"a": "\xff"}')

    answer = command("rules", "test", json.dumps(PATTERN), tmp_path / "event.json")

    assert answer.exit_code == 2
    assert "event.json is not UTF-8: byte 7 is wrong" in answer.stderr


def test_a_rule_is_explained_in_english_with_its_targets_and_its_place(command):
    answer = command("rules", "explain", "OrderNewsRule")

    first, description, declared, _, english, _, _, target = answer.stdout.splitlines()
    assert first == "notifications/OrderNewsRule, a rule on the event bus Bus"
    assert description == "What customers hear of their orders"
    assert declared.startswith("declared in services/notifications/template.yaml:")
    assert declared.endswith(", deployed as omnibus-dev-order-news")
    assert english.startswith('Events whose source is "omnibus.orders" and whose detail-type is "OrderCancelled.v1", ')
    assert target == (
        "  the SNS topic OrderNews (185 more attempts within 24 hours, dead letters to the SQS queue RuleDeadLetters)"
    )


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ("bus/Archive", "an archive of the event bus Bus", "  the archive (for 90 days)"),
        (
            "omnibus-dev-orders-outbox",
            "a pipe from the stream of the DynamoDB table Table",
            "  the event bus Bus (by way of the Lambda function RelayFunction)",
        ),
        (
            "SmsSubscription",
            "a subscription to the SNS topic OrderNews",
            "  the SQS queue SmsQueue (dead letters to the SQS queue SubscriptionDeadLetters)",
        ),
    ],
)
def test_whatever_listens_by_a_pattern_is_explained(command, rule, first, last):
    lines = command("rules", "explain", rule).stdout.splitlines()

    assert lines[0].endswith(f", {first}")
    assert lines[-1] == last


def test_a_pattern_is_explained_in_english(fed):
    answer = fed(json.dumps(PATTERN), "rules", "explain", "-")

    assert answer.stdout == 'Events whose source is "omnibus.orders", where detail.total is a number above 100.\n'


def test_everything_that_listens_is_listed_on_a_line(command):
    answer = command("rules", "list")

    lines = [line.split("\t") for line in answer.stdout.splitlines()]
    assert ["orders/OutboxPipe", "pipe from the stream of the DynamoDB table Table"] in [line[:2] for line in lines]
    assert ["analytics/EverythingRule", "rule on the event bus Bus"] in [line[:2] for line in lines]
    assert all(len(line) == 3 and line[2].endswith(".") for line in lines)
    assert answer.stdout == command("rules", "explain").stdout


def test_an_unknown_rule_is_answered_with_those_that_there_are(command):
    answer = command("rules", "explain", "OrderNews")

    first, *names = answer.stderr.splitlines()
    assert answer.exit_code == 2
    assert first.endswith("no rule of that name; did you mean notifications/OrderNewsRule? There are:")
    assert "  orders/OutboxPipe" in names


def test_a_name_that_two_services_have_is_asked_back(command, project):
    template = project / "services/orders/template.yaml"
    template.write_text(template.read_text().replace("OutboxPipe:", "OrderNewsRule:"))

    answer = command("rules", "explain", "--project", project, "OrderNewsRule")

    assert answer.exit_code == 2
    assert "is several: notifications/OrderNewsRule, orders/OrderNewsRule; say which" in answer.stderr


def test_an_invalid_pattern_of_a_template_is_said_with_its_place(command, project):
    template = project / "services/analytics/template.yaml"
    template.write_text(template.read_text().replace("[{ prefix: omnibus. }]", "[{ prefix: 5 }]"))

    answer = command("rules", "list", "--project", project)

    assert answer.exit_code == 2
    assert "services/analytics/template.yaml:" in answer.stderr
    said = (
        "EverythingRule at source[0].prefix: Event pattern is not valid. Reason: prefix match pattern must be a string"
    )
    assert said in answer.stderr


@pytest.mark.parametrize("arguments", [["test"], ["explain"], ["list"], []])
def test_help_shows_examples(command, arguments):
    answer = command("rules", *arguments, "--help")

    assert answer.exit_code == 0
    assert "Examples:\n    bus rules " in answer.output


def test_the_group_is_listed(command):
    assert "rules    What listens to what, and why an event does not match a pattern." in command("--help").output
