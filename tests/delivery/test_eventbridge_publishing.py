"""PutEvents (API reference, "PutEvents"; user guide, "Sending events with PutEvents")."""

import json
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.rules import SOURCE, Rule, entry, put

MEGABYTE = 1024 * 1024


def test_an_event_arrives_with_the_fields_of_its_entry_and_those_that_eventbridge_adds(aws: Aws):
    """User guide, "Events": the structure of an event."""
    rule = Rule(aws)
    queue = rule.queue()

    result = rule.put({"order": 1}, Resources=["arn:aws:s3:::a"], Time=1_700_000_000)

    (event,) = queue.documents()
    account, region = rule.arn.split(":")[4], rule.arn.split(":")[3]
    assert event == {
        "version": "0",
        "id": result["EventId"],
        "detail-type": "OrderPlaced",
        "source": SOURCE,
        "account": account,
        "time": "2023-11-14T22:13:20Z",
        "region": region,
        "resources": ["arn:aws:s3:::a"],
        "detail": {"order": 1},
    }


def test_without_a_time_the_time_stamp_of_the_call_is_used(aws: Aws):
    """API reference, PutEventsRequestEntry: Time."""
    rule = Rule(aws)
    queue = rule.queue()
    before = aws.now()

    rule.put()

    (event,) = queue.documents()
    assert event["time"][-1] == "Z"
    assert before - 1 <= datetime.fromisoformat(event["time"]).timestamp() <= aws.now()


def test_results_are_in_the_order_of_the_entries_and_one_that_fails_does_not_fail_the_others(aws: Aws):
    """User guide, "Handling failures with PutEvents"."""
    rule = Rule(aws)
    queue = rule.queue()

    answer = put(aws, entry(rule.bus, 1), entry(rule.bus, {"order": 2}), entry(rule.bus, Source=""))

    refused, accepted, nameless = answer["Entries"]
    assert answer["FailedEntryCount"] == 2
    assert refused == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert nameless == {
        "ErrorCode": "InvalidArgument",
        "ErrorMessage": "Parameter Source is not valid. Reason: Source is a required argument.",
    }
    assert [event["id"] for event in queue.documents()] == [accepted["EventId"]]


@pytest.mark.parametrize("missing", ["Source", "DetailType", "Detail"])
def test_source_detail_type_and_detail_are_required(aws: Aws, missing: str):
    """API reference, PutEventsRequestEntry: "If you do not include … the event is rejected"."""
    given = entry("default")
    del given[missing]

    (result,) = put(aws, given)["Entries"]

    assert result["ErrorCode"] == "InvalidArgument"
    assert result["ErrorMessage"] == f"Parameter {missing} is not valid. Reason: {missing} is a required argument."


@pytest.mark.parametrize("detail", ["text", '"text"', "[1]", '{"a": }', "{} {}", '{"a": NaN}'])
def test_a_detail_is_a_valid_json_object(aws: Aws, detail: str):
    """API reference, PutEventsRequestEntry: Detail."""
    (result,) = put(aws, entry("default", Detail=detail))["Entries"]

    assert result == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


def test_sources_that_begin_with_aws_are_reserved(aws: Aws):
    """User guide, "Event source": aws. is a prefix of AWS services alone."""
    (result,) = put(aws, entry("default", Source="aws.orders"))["Entries"]

    assert result["ErrorCode"] == "NotAuthorizedForSourceException"


def test_a_request_has_ten_entries_at_most(aws: Aws):
    """API reference, PutEvents: Entries, array members."""
    with pytest.raises(ClientError, match="Member must have length less than or equal to 10") as refused:
        put(aws, *[entry("default")] * 11)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(("size", "fits"), [(MEGABYTE - 1, True), (MEGABYTE, False)])
def test_the_entries_of_a_request_are_less_than_a_megabyte_together(aws: Aws, size: int, fits: bool):  # noqa: FBT001 - a case's expectation
    """User guide, "Calculating PutEvents event entry size": 14 bytes of Time, and UTF-8 of four members."""
    kinds = len(SOURCE) + len("OrderPlaced")
    first = entry("default", Detail='{"é": 1}', Time=1_700_000_000, Resources=["arn"])
    room = size - (len('{"é": 1}'.encode()) + kinds + 14 + 3) - (len('{"a":""}') + kinds)
    second = entry("default", Detail=json.dumps({"a": "x" * room}, separators=(",", ":")))

    if fits:
        assert put(aws, first, second)["FailedEntryCount"] == 0
    else:
        with pytest.raises(ClientError, match="Total size of the entries in the request is over the limit"):
            put(aws, first, second)


def test_a_bus_may_be_named_by_its_arn(aws: Aws):
    """API reference, PutEventsRequestEntry: EventBusName, "the name or ARN of the event bus"."""
    rule = Rule(aws)
    queue = rule.queue()

    put(aws, entry(aws.client("events").describe_event_bus(Name=rule.bus)["Arn"]))

    assert len(queue.bodies()) == 1


def test_without_a_bus_the_default_bus_is_used(aws: Aws):
    """API reference, PutEventsRequestEntry: EventBusName."""
    queue = Rule(aws, bus="default").queue()
    given = entry("default")
    del given["EventBusName"]

    put(aws, given)

    assert len(queue.bodies()) == 1


def test_events_to_a_bus_that_does_not_exist_are_accepted_and_dropped(aws: Aws):
    """User guide, "Sending events with PutEvents": a bus that does not exist gives no error."""
    answer = put(aws, entry(aws.name()))

    assert answer["FailedEntryCount"] == 0
    assert set(answer["Entries"][0]) == {"EventId"}


@pytest.mark.parametrize(("length", "code"), [(128, None), (129, "InvalidArgument")])
def test_a_detail_type_has_128_characters_at_most(aws: Aws, length: int, code: str | None):
    """API reference, PutEventsRequestEntry: DetailType."""
    (result,) = put(aws, entry("default", DetailType="x" * length))["Entries"]

    assert result.get("ErrorCode") == code


def test_a_trace_header_reaches_a_queue_as_the_messages_own(aws: Aws):
    """X-Ray developer guide, "Amazon EventBridge and AWS X-Ray"."""
    header = "Root=1-63441c4a-abcdef012345678912345678;Parent=0123456789abcdef;Sampled=1"
    rule = Rule(aws)
    queue = rule.queue()

    rule.put(TraceHeader=header)

    (message,) = queue.receive()
    assert message["Attributes"]["AWSTraceHeader"] == header
