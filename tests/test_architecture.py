"""What every service owes the others, read from its folder and from its template."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bus.contracts import registry
from bus.patterns import compile_pattern
from bus.topology import Preview, Setting, Template

PROJECT = Path(__file__).parents[1]
SERVICES = sorted(path.parent for path in PROJECT.glob("services/*/template.yaml"))
TEMPLATES = [PROJECT / "bus/infra/template.yaml", *(service / "template.yaml" for service in SERVICES)]
FOLDERS = sorted({path.parent for path in PROJECT.glob("services/[!_]*/*") if path.is_file()})
CONTRACTS = [{"source": one.source, "detail-type": one.detail_type} for one in registry.contracts_of()]
FOURTEEN_DAYS = 14 * 86_400


@dataclass(frozen=True)
class Part:
    """A resource with its properties, references to what is not made yet as "${Queue.Arn}"."""

    template: Path
    logical_id: str
    type: str
    properties: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.template.parent.name}.{self.logical_id}"


def parts(*types: str) -> Iterator[Part]:
    """The resources of these types in every template, SAM translated."""
    for path in TEMPLATES:
        template = Template.load(path)
        preview = Preview(template, Setting(path.parent.name, "123456789012", "us-east-1", "stack"), lambda name: name)
        for resource in template.in_order():
            if resource.type in types:
                yield Part(path, resource.logical_id, resource.type, preview.properties(resource))


def function_of(mapping: Part) -> Part:
    """The function that a mapping invokes."""
    reference = mapping.properties["FunctionName"]
    return next(
        function
        for function in parts("AWS::Lambda::Function")
        if (function.template, f"${{{function.logical_id}}}") == (mapping.template, reference)
    )


def dead_letter_queues() -> dict[str, str]:
    """The reference to the dead-letter queue of everything that can fail, by what it is; "" where there is none."""
    found = {}
    for rule in parts("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            found[f"target {target['Id']} of {rule}"] = target.get("DeadLetterConfig", {}).get("Arn", "")
    for subscription in parts("AWS::SNS::Subscription"):
        policy = subscription.properties.get("RedrivePolicy", {})
        found[f"subscription {subscription}"] = policy.get("deadLetterTargetArn", "")
    for pipe in parts("AWS::Pipes::Pipe"):
        [source] = [value for name, value in pipe.properties["SourceParameters"].items() if name.endswith("Parameters")]
        found[f"pipe {pipe}"] = source.get("DeadLetterConfig", {}).get("Arn", "")
    for mapping, queue in queue_mappings():
        policy = queue.properties.get("RedrivePolicy", {})
        found[f"queue {queue} of {mapping}"] = policy.get("deadLetterTargetArn", "")
    for bus in parts("AWS::Events::EventBus"):
        found[f"bus {bus}"] = bus.properties.get("DeadLetterConfig", {}).get("Arn", "")
    return found


def queue_mappings() -> list[tuple[Part, Part]]:
    """Each mapping from a queue to a function, and the queue."""
    mappings = parts("AWS::Lambda::EventSourceMapping")
    return [
        (mapping, queue)
        for mapping in mappings
        for queue in parts("AWS::SQS::Queue")
        if (queue.template, f"${{{queue.logical_id}.Arn}}") == (mapping.template, mapping.properties["EventSourceArn"])
    ]


def patterns() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Whatever chooses events by what they are, by where it stands: rules, archives and filter policies."""
    for part in parts("AWS::Events::Rule", "AWS::Events::Archive"):
        yield str(part), part.properties.get("EventPattern", {})
    for part in parts("AWS::SNS::Subscription"):
        yield str(part), part.properties.get("FilterPolicy", {})


def is_ours(pattern: Mapping[str, Any]) -> bool:
    """Whether a pattern is about our own events: AWS's have a source of AWS's."""
    return not any(isinstance(source, str) and source.startswith("aws.") for source in pattern.get("source", ()))


def alternatives(pattern: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A pattern for each source that it names, and one for each detail-type from those sources."""
    yield from ({"source": [source]} for source in pattern.get("source", ()))
    sources = {"source": pattern["source"]} if "source" in pattern else {}
    yield from (sources | {"detail-type": [detail_type]} for detail_type in pattern.get("detail-type", ()))


def senders() -> Iterator[tuple[Part, str, str]]:
    """What sends by a queue's own policy: the part, its principal, and the reference to the queue.

    A pipe sends to its dead-letter queue by its role, and SQS to its own by nobody's leave.
    """
    for rule in parts("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            yield rule, "events.amazonaws.com", target["Arn"]
            yield rule, "events.amazonaws.com", target.get("DeadLetterConfig", {}).get("Arn", "")
    for bus in parts("AWS::Events::EventBus"):
        yield bus, "events.amazonaws.com", bus.properties.get("DeadLetterConfig", {}).get("Arn", "")
    for subscription in parts("AWS::SNS::Subscription"):
        yield subscription, "sns.amazonaws.com", subscription.properties["Endpoint"]
        redrive = subscription.properties.get("RedrivePolicy", {})
        yield subscription, "sns.amazonaws.com", redrive.get("deadLetterTargetArn", "")


def admitted() -> set[tuple[Path, str, str]]:
    """The template, the principal and the ARN of each queue whose policy lets that principal, by name, send."""
    return {
        (policy.template, statement["Principal"]["Service"], arn)
        for policy in parts("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and "sqs:SendMessage" in listed(statement["Action"])
        if "Service" in statement["Principal"]
        for arn in listed(statement["Resource"])
        if arn.replace(".Arn}", "}") in policy.properties["Queues"]
    }


def listed(one_or_more: Any) -> list[Any]:
    """IAM takes one value where it takes a list."""
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def modules_of(contract: Mapping[str, Any]) -> list[str]:
    """Every module that a contract of import-linter names as what it is about."""
    return [module for key in ("modules", "containers", "source_modules") for module in contract.get(key, ())]


def test_every_folder_of_services_is_a_service_and_a_package():
    """What has no template is not deployed, and what has no __init__.py import-linter does not see."""
    assert [folder.name for folder in FOLDERS if not (folder / "template.yaml").is_file()] == []
    assert [folder.name for folder in FOLDERS if not (folder / "__init__.py").is_file()] == []


def test_no_service_is_outside_the_contracts_about_services():
    linter = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]

    named = {
        contract["name"]: {module.split(".")[1] for module in modules_of(contract) if module.startswith("services.")}
        for contract in linter["contracts"]
    }

    services = {folder.name for folder in FOLDERS}
    assert {name: some for name, some in named.items() if some not in (set(), {"*"}, services)} == {}
    assert sum(map(bool, named.values())) >= 3


@pytest.mark.parametrize(
    ("where", "pattern"), list(patterns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_whatever_a_pattern_names_is_in_a_contract(where, pattern):
    named = list(alternatives(pattern)) if is_ours(pattern) else []

    unowned = [one for one in named if not any(map(compile_pattern(one).matches, CONTRACTS))]

    assert unowned == [], where


def test_a_queue_lets_in_whatever_sends_to_it():
    """Without its leave EventBridge and SNS deliver nothing, and say so nowhere but in a metric."""
    queues = {(queue.template, f"${{{queue.logical_id}.Arn}}") for queue in parts("AWS::SQS::Queue")}
    sent = [(part, principal, arn) for part, principal, arn in senders() if (part.template, arn) in queues]

    doors = admitted()

    assert [f"{part} to {arn}" for part, who, arn in sent if (part.template, who, arn) not in doors] == []
    assert len(sent) >= 9


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_every_service_has_the_same_rooms(service):
    handlers = [service / "handlers.py", service / "handlers/__init__.py"]
    files = ("domain.py", "ports.py", "usecases.py", "wiring.py", "adapters/__init__.py", "template.yaml", "README.md")

    assert [name for name in files if not (service / name).is_file()] == []
    assert sum(path.is_file() for path in handlers) == 1
    assert list(service.glob("tests/test_*.py")) != []


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_only_the_wiring_reads_the_environment(service):
    code = [path for path in service.rglob("*.py") if "tests" not in path.parts]

    readers = [path.name for path in code if "os.environ" in path.read_text() or "getenv" in path.read_text()]

    assert set(readers) <= {"wiring.py"}


def test_whatever_can_fail_has_a_dead_letter_queue():
    queues = dead_letter_queues()

    assert [what for what, queue in queues.items() if not queue] == []
    assert len(queues) >= 9


def test_dead_letters_are_kept_as_long_as_sqs_keeps_anything():
    queues = {str(queue): queue for queue in parts("AWS::SQS::Queue") if "DeadLetters" in queue.logical_id}

    retention = {name: queue.properties.get("MessageRetentionPeriod") for name, queue in queues.items()}

    assert retention == dict.fromkeys(queues, FOURTEEN_DAYS)
    assert queues


def test_every_dead_letter_queue_is_named_as_one_and_is_nobodys_source():
    used = {queue.removeprefix("${").removesuffix(".Arn}") for queue in dead_letter_queues().values()}
    sources = {queue.logical_id for _, queue in queue_mappings()}

    assert [name for name in used if not name.endswith("DeadLetters")] == []
    assert used & sources == set()


def test_what_waits_in_a_queue_outlives_all_of_its_attempts():
    for _, queue in queue_mappings():
        attempts = int(queue.properties["RedrivePolicy"]["maxReceiveCount"])
        assert attempts * queue.properties["VisibilityTimeout"] < queue.properties["MessageRetentionPeriod"] / 2, queue


def test_every_function_behind_a_queue_reports_the_messages_that_failed():
    silent = [
        str(mapping)
        for mapping, _ in queue_mappings()
        if mapping.properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    ]

    assert silent == []


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run():
    """Lambda developer guide, "Configuring scalability behavior for SQS": six times, plus the batch window."""
    for mapping, queue in queue_mappings():
        timeout = function_of(mapping).properties["Timeout"]
        assert queue.properties["VisibilityTimeout"] >= 6 * timeout, str(queue)


def test_every_stream_is_read_with_an_end_to_its_retries():
    for pipe in parts("AWS::Pipes::Pipe"):
        reading = pipe.properties["SourceParameters"]["DynamoDBStreamParameters"]
        assert 0 <= reading["MaximumRetryAttempts"] <= 10, str(pipe)
        assert reading["OnPartialBatchItemFailure"] == "AUTOMATIC_BISECT", str(pipe)
