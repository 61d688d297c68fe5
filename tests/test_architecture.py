"""What every service owes the others, read from its folder and from its template."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bus.topology import Preview, Setting, Template

PROJECT = Path(__file__).parents[1]
SERVICES = sorted(path.parent for path in PROJECT.glob("services/*/template.yaml"))
TEMPLATES = [PROJECT / "bus/infra/template.yaml", *(service / "template.yaml" for service in SERVICES)]
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
