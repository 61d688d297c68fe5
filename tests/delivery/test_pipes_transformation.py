"""What a pipe makes of an event: EventBridge user guide, "Amazon EventBridge Pipes input transformation"."""

import base64
import json
from typing import Any

import pytest

from tests.delivery.aws import Aws
from tests.delivery.pipes import bus_arn, bus_queue, pipe, stream_records, telling, template


def transformed(aws: Aws, text: str, body: str) -> list[str]:
    """What arrives of a message in a queue that a pipe with an input template fills."""
    source, target = aws.queue(), aws.queue()
    pipe(aws, source.arn, target.arn, **template(text))
    source.send(body)
    aws.idle()
    return target.bodies()


def test_without_a_template_the_target_gets_the_event_with_the_metadata_of_its_source(aws: Aws):
    """… "Amazon Simple Queue Service as a source", example events: the body is a string."""
    source, target = aws.queue(), aws.queue()
    pipe(aws, source.arn, target.arn)
    sent = source.send('{"key": "value"}')
    aws.idle()

    (event,) = target.documents()

    assert (event["messageId"], event["body"]) == (sent["MessageId"], '{"key": "value"}')
    assert (event["eventSource"], event["eventSourceARN"]) == ("aws:sqs", source.arn)
    assert event["attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ('"Hello, sender"', '"Hello, sender"'),
        ("<$.body.key>", "value"),
        ('"Hello, <$.body.key>"', '"Hello, value"'),
        ('{"key1": "value1"}', '{"key1": "value1"}'),
        ('{"key2": <$.body.key>}', '{"key2": "value"}'),
        ('{"key2": "<$.body.key>"}', '{"key2": "value"}'),
        ('{"key2": <$.body.Records[1]>}', '{"key2": 20}'),
        ('{"key2": <$.body.Records[*]>}', '{"key2": [10,20]}'),
        ('{"key2": <$.body.a-b_c/d>}', '{"key2": true}'),
    ],
)
def test_a_template_is_text_a_path_or_json_with_paths_inside(aws: Aws, text: str, arrives: str):
    """The samples."""
    body = {"key": "value", "Records": [10, 20], "a-b_c/d": True}

    assert transformed(aws, text, json.dumps(body)) == [arrives]


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ('{"body": <$.body>}', '{"body": {"key":"value"}}'),
        ("<$.body>", '"{key:value}"'),
        ('"Body is <$.body>"', '"Body is {key:value}"'),
    ],
)
def test_json_keeps_its_quotes_only_as_the_value_of_a_key(aws: Aws, text: str, arrives: str):
    """The page's "Implicit body data parsing", and "Common issues": inner quotes are removed."""
    assert transformed(aws, text, '{"key": "value"}') == [arrives]


def test_a_body_that_is_no_json_arrives_as_it_is(aws: Aws):
    """The page's "To have the target receive the original payload without any additional metadata": `<$.body>`."""
    assert transformed(aws, "<$.body>", "plain text") == ["plain text"]


def test_a_path_to_nothing_does_not_appear_in_the_output(aws: Aws):
    """The page's "Common issues": a variable that matches nothing is not created."""
    assert transformed(aws, '"<$.body.nothing>!"', '{"key": "value"}') == ['"!"']


def test_values_are_not_escaped_inside_strings(aws: Aws):
    """The page's "Common issues": "EventBridge doesn't escape values extracted"."""
    assert transformed(aws, '"said: <$.body.text>"', json.dumps({"text": 'a "word"'})) == ['"said: a "word""']


def test_what_is_encoded_twice_is_decoded_once(aws: Aws):
    """A message that SNS sent to the queue: its body is JSON, and the `Message` in it is a string."""
    topic, source, target = aws.topic(), aws.queue(), aws.queue()
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=source.arn)
    text = '{"message": <$.body.Message>, "topic": <$.body.TopicArn>, "inner": "<$.body.Message.order>"}'
    pipe(aws, source.arn, target.arn, **template(text))
    aws.client("sns").publish(TopicArn=topic, Message='{"order": 1}')
    aws.idle()

    assert target.documents() == [{"message": '{"order": 1}', "topic": topic, "inner": ""}]


def test_kinesis_data_is_decoded_where_it_is_json_and_stays_in_base64_where_it_is_not(aws: Aws):
    """The page's "Implicit body data parsing", note."""
    source, target = aws.stream(), aws.queue()
    position = {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}
    text = '{"data": <$.data>, "key": "<$.data.order>"}'
    pipe(aws, source, target.arn, SourceParameters=position, **template(text))
    for data in (b'{"order": 7}', b"no json"):
        aws.client("kinesis").put_record(StreamARN=source, Data=data, PartitionKey="k")
    aws.idle()

    assert target.documents() == [
        {"data": {"order": 7}, "key": "7"},
        {"data": base64.b64encode(b"no json").decode(), "key": ""},
    ]


def test_reserved_variables_name_the_pipe_and_what_it_joins(aws: Aws):
    """The page's "Reserved variables", and strings get quotes without asking."""
    source, target = aws.queue(), aws.queue()
    enrichment = aws.function_arn(aws.function("def handler(events, context):\n    return events\n"))
    names = ("pipe-arn", "pipe-name", "source-arn", "enrichment-arn", "target-arn", "event.ingestion-time")
    text = "{" + ", ".join(f'"{name}": <aws.pipes.{name}>' for name in names) + "}"
    name = pipe(aws, source.arn, target.arn, Enrichment=enrichment, **template(text))
    source.send("{}")
    aws.idle()

    (event,) = target.documents()

    assert event.pop("event.ingestion-time").startswith("20")
    assert event == {
        "pipe-arn": aws.client("pipes").describe_pipe(Name=name)["Arn"],
        "pipe-name": name,
        "source-arn": source.arn,
        "enrichment-arn": enrichment,
        "target-arn": target.arn,
    }


def test_event_json_has_the_message_decoded_and_event_does_not(aws: Aws):
    """The page's "Reserved variables": `<aws.pipes.event>` and `<aws.pipes.event.json>`."""
    text = '{"raw": <aws.pipes.event>, "json": <aws.pipes.event.json>}'

    (arrived,) = transformed(aws, text, '{"key": "value"}')

    event = json.loads(arrived)
    assert event["raw"]["body"] == '{"key": "value"}'
    assert event["json"]["body"] == {"key": "value"}
    assert event["json"]["messageId"] == event["raw"]["messageId"]


def test_event_json_has_a_value_only_if_the_payload_is_json(aws: Aws):
    """The page's "Reserved variables": `<aws.pipes.event.json>`."""
    assert transformed(aws, '"[<aws.pipes.event.json>]"', "plain text") == ['"[]"']


def test_templates_are_applied_to_each_record_of_a_batch(aws: Aws):
    """The page's "Common issues", and batching: "not the array as a whole"."""
    source, seen = aws.queue(), aws.queue()
    for number in range(3):
        source.send(json.dumps({"n": number}))
    pipe(aws, source.arn, telling(aws, seen), **template('{"number": <$.body.n>}'))
    aws.idle()

    assert seen.documents() == [[{"number": 0}, {"number": 1}, {"number": 2}]]


UPPER = """
import json

def handler(events, context):
    return [{"said": event["word"].upper()} for event in events]
"""


def test_the_enrichment_s_template_sees_the_source_and_the_target_s_what_the_enrichment_returned(aws: Aws):
    """The page's "For targets, the event payload is what is returned from the enrichment"."""
    source, target = aws.queue(), aws.queue()
    pipe(
        aws,
        source.arn,
        target.arn,
        Enrichment=aws.function_arn(aws.function(UPPER)),
        EnrichmentParameters={"InputTemplate": '{"word": <$.body.text>}'},
        **template('{"out": <$.said>, "gone": "<$.body.text>"}'),
    )
    source.send('{"text": "hello"}')
    aws.idle()

    assert target.documents() == [{"out": "HELLO", "gone": ""}]


def test_dynamic_path_parameters_refer_to_the_event_and_not_to_what_the_template_made_of_it(aws: Aws):
    """… "Amazon EventBridge Pipes targets", dynamic path parameters."""
    source, target = aws.queue(), aws.stream()
    parameters: dict[str, Any] = {
        "InputTemplate": '{"body": {"key": "transformed"}}',
        "KinesisStreamParameters": {"PartitionKey": "$.body.key"},
    }
    pipe(aws, source.arn, target, TargetParameters=parameters)
    source.send('{"key": "original"}')
    aws.idle()

    assert [record["PartitionKey"] for record in stream_records(aws, target)] == ["original"]


def test_the_entire_value_of_a_parameter_is_a_path_or_none_of_it(aws: Aws):
    """… "Amazon EventBridge Pipes targets", dynamic path parameters."""
    source, bus = aws.queue(), aws.bus()
    target = bus_queue(aws, bus)
    pipe(
        aws,
        source.arn,
        bus_arn(aws, bus),
        TargetParameters={
            "InputTemplate": '{"n": 1}',
            "EventBridgeEventBusParameters": {"Source": "$.body.source", "DetailType": "of $.body.source"},
        },
    )
    source.send('{"source": "orders"}')
    aws.idle()

    (event,) = target.documents()
    assert (event["source"], event["detail-type"]) == ("orders", "of $.body.source")
