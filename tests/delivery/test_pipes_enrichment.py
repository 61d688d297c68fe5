"""What happens between source and target: EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"."""

from typing import Any

import pytest

from tests.delivery.aws import Aws, Queue
from tests.delivery.pipes import pipe


def returns(value: str) -> str:
    return f"def handler(events, context):\n    return {value}\n"


def enriched(aws: Aws, source_code: str, **more: Any) -> tuple[Queue, Queue]:
    """A source queue and the target queue of a pipe whose enrichment is a function of that code."""
    source, target = aws.queue(VisibilityTimeout="30"), aws.queue()
    pipe(aws, source.arn, target.arn, Enrichment=aws.function_arn(aws.function(source_code)), **more)
    return source, target


def test_an_enrichment_gets_an_array_and_each_element_of_the_array_that_it_returns_is_an_event(aws: Aws):
    """… "Amazon EventBridge Pipes batching and concurrency": also a longer one than it was given."""
    source, target = enriched(aws, returns('[{"n": n, "of": len(events)} for n in range(3)]'))
    source.send("a")
    aws.idle()

    assert target.documents() == [{"n": 0, "of": 1}, {"n": 1, "of": 1}, {"n": 2, "of": 1}]


@pytest.mark.parametrize("answer", ['""', "{}", "[]", "None"])
def test_an_empty_response_of_the_enrichment_invokes_no_target(aws: Aws, answer: str):
    """… "Event enrichment in Amazon EventBridge Pipes", filtering events using enrichment."""
    source, target = enriched(aws, returns(answer))
    source.send("a")
    aws.wait(60)

    assert (target.bodies(), source.bodies()) == ([], [])


def test_an_array_with_an_empty_object_invokes_the_target_with_an_empty_payload(aws: Aws):
    """… the same, note: "return an array with empty JSON [{}]"."""
    source, target = enriched(aws, returns("[{}]"))
    source.send("a")
    aws.idle()

    assert target.documents() == [{}]


def test_the_target_is_not_invoked_when_the_enrichment_returns_more_than_the_target_takes_at_once(aws: Aws):
    """… "Amazon EventBridge Pipes batching and concurrency"."""
    source, target = enriched(aws, returns("list(range(11))"))
    source.send("a")
    aws.idle()
    aws.wait(30)

    assert target.bodies() == []


def test_an_error_of_the_enrichment_makes_the_whole_batch_come_again(aws: Aws):
    """… "Partial batch failure handling of the enrichment is not supported"."""
    code = """
def handler(events, context):
    if any(event["attributes"]["ApproximateReceiveCount"] == "1" for event in events):
        raise ValueError("not yet")
    return [event["body"] for event in events]
"""
    source, target = enriched(aws, code)
    for body in ("a", "b"):
        source.send(body)
    aws.idle()
    before = target.bodies()
    aws.wait(40)

    assert before == []
    assert sorted(target.bodies()) == ["a", "b"]


def test_an_execution_longer_than_five_minutes_fails_and_the_target_is_not_called(aws: Aws):
    """… "Pipe executions are limited to a maximum of 5 minutes including the enrichment and target processing"."""
    code = "import time\n\ndef handler(events, context):\n    time.sleep(301)\n    return events\n"
    source, target = aws.queue(VisibilityTimeout="600"), aws.queue()
    pipe(aws, source.arn, target.arn, Enrichment=aws.function_arn(aws.function(code, Timeout=400)))
    source.send("a")
    aws.wait(500)

    assert target.bodies() == []
