"""`bus dlq`, `bus replay` and `bus status`, as people and programs call them."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click import unstyle

from bus.cli.interrupting import interruptible
from tests.delivery import dead_letters, rules

BUS = Path(sys.executable).with_name("bus")


@pytest.fixture
def letters(aws):
    """The name of a dead-letter queue with two letters, and the queue that they are from."""
    dead = aws.queue()
    source = dead_letters.with_dead_letters(aws, dead)
    for kind in ("OrderPlaced", "OrderPaid"):
        detail = {"metadata": {"event_id": f"e-{kind}", "correlation_id": "c-1"}}
        source.send(json.dumps({"source": "s", "detail-type": kind, "detail": detail}))
    for _ in range(2):
        dead_letters.fail(aws, source)
    return dead.arn.rpartition(":")[2], source


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich takes whatever it writes to for a terminal of 160 columns."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "160")


@pytest.mark.parametrize("name", ["dlq", "replay", "status"])
def test_the_help_shows_examples(command, name):
    answer = command(name, "--help")

    assert answer.exit_code == 0
    assert "Examples:" in answer.stdout
    assert name in command("--help").stdout


def test_what_is_used_is_said_on_standard_error(command, letters):
    answer = command("dlq", "list", "--json")

    assert answer.stderr == "Using AWS, us-east-1\n"
    assert json.loads(answer.stdout)[0]["queue"] == letters[0]


def test_an_endpoint_that_is_given_is_used_and_said(command, letters):
    answer = command("dlq", "list", "--endpoint-url", "http://127.0.0.1:4566")

    assert letters[0] in answer.stdout
    assert answer.stderr == "Using http://127.0.0.1:4566\n"


@pytest.mark.parametrize("arguments", [["status", "--all"], ["dlq", "list"], ["replay", "--list"]])
def test_a_process_that_finds_nobody_there_says_so_in_a_sentence(arguments):
    # The port of "discard": nothing listens there.
    done = subprocess.run(  # noqa: S603 - our own command
        [BUS, *arguments, "--endpoint-url", "http://127.0.0.1:9"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (1, "")
    using, error = done.stderr.splitlines()
    assert using == "Using http://127.0.0.1:9"
    assert error.startswith("Error: nothing answers at http://127.0.0.1:9/")
    assert error.endswith("; is `bus up` running there?")


def test_lists_are_columns_between_tabs(command, letters):
    name, source = letters

    answer = command("dlq", "list")

    assert answer.stdout.splitlines() == [f"{name}\t2\t0\t0\t4 s\tqueue {source.arn.rpartition(':')[2]}"]


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_they_are_tables(command, letters):
    answer = command("dlq", "list")

    first, line = unstyle(answer.stdout).splitlines()
    assert first.split()[:2] == ["Queue", "Messages"]
    assert line.split()[:2] == [letters[0], "2"]
    assert answer.stdout != unstyle(answer.stdout)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_each_letter_says_what_and_why(command, letters):
    answer = command("dlq", "show", letters[0], "--where", "type=OrderPaid", "--full")

    text = unstyle(answer.stdout)
    assert "OrderPaid" in text
    assert "OrderPlaced" not in text
    assert "why         received once from" in text
    assert "correlation c-1" in text
    assert '"body"' in text


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("columns", "senders"), [("80", "queue, 3 subscriptions"), ("120", "queue case-2")])
def test_a_narrow_terminal_is_told_what_sends_and_a_wide_one_which(
    aws, command, letters, monkeypatch, columns, senders
):
    name, source = letters
    dead = f"{source.arn.rpartition(':')[0]}:{name}"
    policy, topic = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead})}, aws.topic()
    for _ in range(3):
        aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=aws.queue().arn, Attributes=policy)
    monkeypatch.setenv("COLUMNS", columns)

    text = unstyle(command("dlq", "list").stdout)

    assert senders in text
    assert max(map(len, text.splitlines())) <= int(columns)


@pytest.mark.usefixtures("terminal")
def test_a_dry_run_says_what_would_go_where_on_a_terminal_too(command, letters):
    name, source = letters

    text = unstyle(command("dlq", "redrive", name, "--dry-run").stdout)

    for event in ("OrderPlaced e-OrderPlaced", "OrderPaid e-OrderPaid"):
        assert f"{event} to {source.arn.rpartition(':')[2]}" in text
    assert "2 messages would be redriven." in text


def test_programs_read_letters_as_json(command, letters):
    answer = command("dlq", "show", letters[0], "--json")

    told = json.loads(answer.stdout)
    assert {each["event_id"] for each in told} == {"e-OrderPlaced", "e-OrderPaid"}
    assert {each["code"] for each in told} == {"maxReceiveCount"}


def test_a_redrive_asks_unless_it_is_told_not_to(command, letters):
    name, source = letters

    asked = command("dlq", "redrive", name)
    assert (asked.exit_code, source.receive()) == (2, [])
    assert "there is no terminal to ask on; say --yes" in asked.stderr

    done = command("dlq", "redrive", name, "--yes", "--where", "type=OrderPaid")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "1 message redriven."
    assert [document["detail-type"] for document in source.documents()] == ["OrderPaid"]


def test_everything_is_moved_by_sqs(command, letters):
    name, source = letters

    answer = command("dlq", "redrive", name, "--yes", "--json")

    assert json.loads(answer.stdout) == {"done": 2, "refused": {}, "twice": 0, "stopped": ""}
    assert len(source.documents()) == 2


def test_what_is_refused_is_told_and_the_exit_status_is_1(aws, command):
    dead, rule = aws.queue(), rules.Rule(aws)
    topic = aws.topic()
    rule.target(topic, DeadLetterConfig={"Arn": dead.arn})
    aws.client("sns").delete_topic(TopicArn=topic)
    rule.put({})

    answer = command("dlq", "redrive", dead.arn, "--yes")

    assert answer.exit_code == 1
    assert "0 messages redriven." in answer.stdout
    assert "1 message stayed: " in answer.stdout
    assert "Publish: NotFound" in answer.stdout


def test_a_purge_deletes_for_good(command, letters):
    name, _ = letters

    answer = command("dlq", "purge", name, "--yes")

    assert (answer.exit_code, answer.stdout) == (0, "2 messages deleted.\n")
    assert command("dlq", "show", name).stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["dlq", "show", "nothing"], 1, "there is no dead-letter queue nothing; there are: case-1"),
        (["dlq", "show", "cse-1"], 1, "there is no dead-letter queue cse-1; did you mean case-1?"),
        (["dlq", "show", "case", "--where", "x"], 1, "--where x: say key=value"),
        (["dlq", "redrive", "case", "--rate", "0"], 2, "Invalid value for '--rate'"),
        (["replay", "--from", "-2h"], 2, "say --from and --rule"),
        (["replay", "--from", "-2h", "--rule", "x"], 1, "there is no archive at all; there are none"),
        (["replay", "--from", "then", "--rule", "x"], 1, "then is no time"),
        (["replay", "--from", "now", "--to", "-1h", "--rule", "x"], 2, "is not before"),
        (["replay", "--from", "-2h", "--rule", "x", "--pattern", "{"], 2, "Event pattern is not valid"),
        (["replay", "--cancel", "nothing"], 1, "CancelReplay: ResourceNotFoundException"),
        (["status", "--window", "x"], 2, "x is no span"),
        (["dlq", "list", "--profile", "nobody"], 1, "nobody"),
    ],
)
def test_what_goes_wrong_is_one_readable_sentence(command, letters, arguments, code, said):
    answer = command(*[letters[0] if each == "case" else each for each in arguments])

    assert answer.exit_code == code
    assert said in answer.stderr
    assert "Traceback" not in answer.output


def test_a_replay_goes_into_one_rule_and_says_so(aws, command):
    rule = rules.Rule(aws)
    queue = rule.queue()
    bus = aws.client("events").describe_event_bus(Name=rule.bus)["Arn"]
    aws.client("events").create_archive(ArchiveName="all", EventSourceArn=bus)
    rule.put({"n": 1})
    queue.drain()

    answer = command("replay", "--from", "-1h", "--rule", rule.name)

    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1].startswith("Replayed; the last of 2026-01-01")
    assert [document["detail"] for document in queue.documents()] == [{"n": 1}]
    assert "COMPLETED" in command("replay", "--list").stdout


def test_the_status_is_lines_json_or_tables(command, letters, monkeypatch):
    assert f"queues\t{letters[0]}\t2\t0\t0\t4 s" in command("status").stdout
    assert len(json.loads(command("status", "--json").stdout)["queues"]) == 2
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    assert "the whole account" in unstyle(command("status").stdout)


def test_ctrl_c_is_noted_between_two_steps_and_the_second_ends_it():
    with interruptible() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
