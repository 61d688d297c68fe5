"""`bus rules`, given what is odd, broken or large: an exit code of 1 is an answer, and nothing else may give it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bus.patterns import explanation

BUS = Path(sys.executable).with_name("bus")
PATTERN = {"source": ["omnibus.orders"]}
PLACED = {"source": "omnibus.orders"}
OTHER = {"source": "elsewhere"}


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ({"DataType": "Number", "StringValue": "x"}, 'could not be published: "k" is a Number, which "x" is not'),
        ({"DataType": "Number", "StringValue": 5}, 'is not message attributes: "k" has no StringValue that is text'),
        ({"DataType": "Number"}, 'is not message attributes: "k" has no StringValue that is text'),
    ],
)
def test_what_nobody_could_publish_is_said_in_one_sentence(command, file, attribute, said):
    answer = command("rules", "test", "--dialect", "sns-attributes", '{"k": [1]}', file({"k": attribute}))

    [line] = answer.output.splitlines()
    assert answer.exit_code == 2
    assert line.endswith(said)


def test_a_body_that_is_nested_too_deeply_is_text_to_a_filter(command, file):
    event = file({"body": "[" * 100_000})

    assert command("rules", "test", "--dialect", "pipes", '{"body": [{"prefix": "["}]}', event).exit_code == 0


def test_an_event_can_stand_on_the_command_line(command):
    answer = command("rules", "test", json.dumps(PATTERN), json.dumps([PLACED, OTHER]))
    broken = command("rules", "test", json.dumps(PATTERN), "{")

    assert answer.stdout.splitlines()[-1] == "1 of 2 events match"
    assert (broken.exit_code, broken.stderr.split(": ")[1]) == (2, "the event:1:2")


@pytest.mark.parametrize(
    ("arguments", "empty"),
    [(["test", "", "e.json"], "PATTERN"), (["test", "p.json", " "], "EVENT"), (["explain", ""], "RULE")],
)
def test_an_empty_word_is_refused(command, arguments, empty):
    answer = command("rules", *arguments)

    assert answer.exit_code == 2
    assert answer.stderr.endswith(f"Error: {empty} is empty\n")


def test_quiet_ends_at_the_first_event_that_does_not_match(command, file):
    answer = command("rules", "test", "-q", json.dumps(PATTERN), file(PLACED, OTHER, "no JSON"))

    assert (answer.exit_code, answer.output) == (1, "")


def test_verdicts_come_before_later_events_are_read(command, file):
    answer = command("rules", "test", json.dumps(PATTERN), file(PLACED, PLACED, PLACED, "no JSON"))

    assert answer.exit_code == 2
    assert [line.split()[1] for line in answer.stdout.splitlines()] == ["1", "2", "3"]
    assert ":4:1: not JSON" in answer.stderr


@pytest.mark.parametrize("many", [["test", "OrderNewsRule", "{}"], ["explain", "OrderNewsRule"]], ids=" ".join)
def test_a_dialect_beside_a_rule_of_the_templates_must_be_the_rules(command, many):
    other, same = (command("rules", *many, "--dialect", dialect) for dialect in ("pipes", "rules"))

    assert (other.exit_code, same.exit_code) == (2, {"test": 1, "explain": 0}[many[0]])
    assert "notifications/OrderNewsRule is a rule, whose pattern is read as rules: leave out --dialect" in other.stderr


def test_a_word_that_is_no_name_of_a_file_is_an_unknown_rule(command, tmp_path):
    long, directory = command("rules", "explain", "x" * 5000), command("rules", "explain", tmp_path)

    assert (long.exit_code, directory.exit_code) == (2, 2)
    assert long.stderr.startswith(f"Error: there is no file {'x' * 80}… (5,000 characters), and no rule of that name.")
    assert directory.stderr.startswith(f"Error: {tmp_path} is a directory, no file, and no rule of that name.")


def test_a_project_without_templates_is_said_to_have_none(command, tmp_path):
    listed, explained = (command("rules", *words, "--project", tmp_path) for words in (["list"], ["explain", "x"]))

    none = f"there are no templates below {tmp_path}, neither bus/infra/template.yaml nor services/*/template.yaml\n"
    assert (listed.exit_code, listed.stdout, listed.stderr) == (0, "", f"Note: {none}")
    assert (explained.exit_code, explained.stderr) == (2, f"Error: there is no file x, and {none}")


@pytest.fixture
def odd(tmp_path: Path) -> Callable[..., Path]:
    """`odd("Targets: x")`: a project with a rule that has that property, a rule before it and a parameter."""
    template = tmp_path / "bus/infra/template.yaml"
    template.parent.mkdir(parents=True)

    def write(*properties: str) -> Path:
        lines = ["EventPattern: { source: [a] }", *properties]
        rule = "\n".join(f"      {line}" for line in lines)
        template.write_text(
            "Resources:\n"
            "  Fine: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [b] } } }\n"
            "  Endless:\n    Type: AWS::SSM::Parameter\n"
            "    Properties: { Type: String, Name: /a, Value: '{{resolve:ssm:/a}}' }\n"
            f"  Odd:\n    Type: AWS::Events::Rule\n    Properties:\n{rule}\n"
        )
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Targets: x", 'Targets is "x"; a list is needed'),
        ("Targets: [x]", 'Targets[0] is "x"; a mapping is needed'),
        ("Targets: [{ RetryPolicy: 5 }]", "RetryPolicy is 5; a mapping is needed"),
        (
            "Targets: [{ RetryPolicy: { MaximumRetryAttempts: a } }]",
            'MaximumRetryAttempts is "a"; a whole number is needed',
        ),
        ("Targets: [{ DeadLetterConfig: [] }]", "DeadLetterConfig is an empty array; a mapping is needed"),
    ],
)
def test_targets_that_cannot_be_read_are_said_where_they_are_shown(command, odd, written, said):
    project = odd(written)

    listed, tried, explained = (
        command("rules", *words, "--project", project)
        for words in (["list"], ["test", "Odd", "{}"], ["explain", "Odd"])
    )

    assert (listed.exit_code, len(listed.stdout.splitlines()), tried.exit_code) == (0, 2, 1)
    assert (explained.exit_code, explained.output) == (2, f"Error: bus/infra/template.yaml:6: Odd: {said}\n")


def test_a_parameter_that_leads_to_itself_is_named_as_it_is(command, odd):
    answer = command("rules", "explain", "Odd", "--project", odd("Targets: [{ Arn: '{{resolve:ssm:/a}}' }]"))

    assert answer.stdout.splitlines()[-1].startswith("  {{resolve:ssm:/a}} (185 more attempts")


def test_filters_that_cannot_be_read_are_said_in_one_sentence(command, project):
    template = project / "bus/infra/template.yaml"
    template.write_text("Resources: { P: { Type: AWS::Pipes::Pipe, Properties: { SourceParameters: x } } }\n")

    answer = command("rules", "list", "--project", project)

    assert answer.exit_code == 2
    assert answer.output == 'Error: bus/infra/template.yaml:1: P: SourceParameters is "x"; a mapping is needed\n'


def test_an_accident_is_no_verdict(command, monkeypatch):
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("by accident")

    monkeypatch.setattr("bus.cli.rules.command.read_events", stumble)

    answer = command("rules", "test", json.dumps(PATTERN), "e.json")

    assert answer.exit_code == 2
    assert answer.stderr.endswith("ZeroDivisionError: by accident\n")


def test_whoever_stops_reading_hears_no_verdict(file):
    events = file(*[OTHER] * 3000)
    with subprocess.Popen(  # noqa: S603 - our own command
        [BUS, "rules", "test", json.dumps(PATTERN), events], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()

    assert (process.returncode, error) == (2, b"")


def test_what_explains_is_prepared_once_for_all_events(command, file, monkeypatch):
    prepared = []
    walk = explanation.walk
    monkeypatch.setattr(explanation, "walk", lambda branch: prepared.append(branch) or walk(branch))

    answer = command("rules", "test", json.dumps(PATTERN), file(*[OTHER] * 5))

    assert (answer.stdout.count("does not match"), len(prepared)) == (5, 1)
