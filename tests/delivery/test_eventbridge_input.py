"""What a target receives (user guide, "Amazon EventBridge input transformation")."""

import json
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws
from tests.delivery.rules import SOURCE, Rule

DETAIL = {"instance-id": "i-0123456789", "state": "RUNNING", "tags": ["a", "b"], "size": {"cpu": 2}, "n": 3}
PATHS = {
    "instance": "$.detail.instance-id",
    "state": "$.detail.state",
    "tags": "$.detail.tags",
    "second": "$.detail.tags[1]",
    "size": "$.detail.size",
    "n": "$.detail.n",
    "gone": "$.detail.gone",
}


def received(aws: Aws, **form: Any) -> str:
    """What a queue receives by this Input, InputPath or InputTransformer."""
    rule = Rule(aws)
    queue = rule.queue(**form)
    rule.put(DETAIL)
    (body,) = queue.bodies()
    return body


def filled(aws: Aws, template: str) -> str:
    return received(aws, InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template})


def test_a_constant_is_sent_in_place_of_the_event(aws: Aws):
    """API reference, PutTargets: "If Input is specified … the matched event is overridden with this constant"."""
    assert received(aws, Input='{"fixed": true}') == '{"fixed": true}'


def test_a_path_sends_one_part_of_the_event(aws: Aws):
    """API reference, PutTargets: "If InputPath is specified … only the part of the event specified is passed"."""
    assert json.loads(received(aws, InputPath="$.detail")) == DETAIL
    assert received(aws, InputPath="$.detail.state") == '"RUNNING"'


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        ('"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123456789\\" is in RUNNING"'),
        ('"instance <instance>"\n"is in <state>"', '"instance i-0123456789"\n"is in RUNNING"'),
    ],
)
def test_a_template_of_strings_is_filled_line_by_line(aws: Aws, template: str, result: str):
    """User guide, "Input transform examples": a simple string, escaped quotes, several lines."""
    assert filled(aws, template) == result


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ('{"instance": <instance>, "state": <state>}', {"instance": "i-0123456789", "state": "RUNNING"}),
        ('{"instance": "<instance>"}', {"instance": "i-0123456789"}),
        ('{"state": "of \\"<instance>\\": <state>"}', {"state": 'of "i-0123456789": RUNNING'}),
        ('{"tags": <tags>, "size": <size>, "n": <n>}', {"tags": ["a", "b"], "size": {"cpu": 2}, "n": 3}),
        ('{"tags": [<second>, <n>]}', {"tags": ["b", 3]}),
        ('{"text": "tags <tags>, <n>"}', {"text": "tags [a,b], 3"}),
        ('{"text": "gone <gone>"}', {"text": "gone "}),
    ],
)
def test_a_template_of_json_is_filled_value_by_value(aws: Aws, template: str, result: Any):
    """User guide, "Input transform examples": strings get their quotes, objects and arrays need none."""
    assert json.loads(filled(aws, template)) == result


def test_variables_are_there_for_the_rule_the_event_and_the_time(aws: Aws):
    """User guide, "Predefined variables"."""
    rule = Rule(aws)
    names = ("rule-arn", "rule-name", "event.ingestion-time", "event", "event.json")
    template = ", ".join(f'"{name}": <aws.events.{name}>' for name in names)
    queue = rule.queue(InputTransformer={"InputTemplate": f"{{{template}}}"})

    result = rule.put(DETAIL)

    (sent,) = queue.documents()
    whole = sent["event.json"]
    assert (sent["rule-arn"], sent["rule-name"]) == (rule.arn, rule.name)
    assert datetime.fromisoformat(sent["event.ingestion-time"]).tzinfo is not None
    assert (whole["id"], whole["detail"], whole["source"]) == (result["EventId"], DETAIL, SOURCE)
    assert "detail" not in sent["event"]
    assert sent["event"]["id"] == result["EventId"]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath, or InputTransformer must be provided"),
        ({"InputTransformer": {"InputTemplate": '{"a": <unknown>}'}}, "contains invalid placeholder unknown"),
        ({"InputTransformer": {"InputTemplate": '{"a": '}}, "InputTemplate"),
        ({"InputTransformer": {"InputPathsMap": {"a": "$.id"}, "InputTemplate": "{<a>: 1}"}}, "InputTemplate"),
        ({"InputTransformer": {"InputPathsMap": {"aws.x": "$.id"}, "InputTemplate": "{}"}}, "aws.x"),
        ({"Input": "no json"}, "JSON syntax error in input for target"),
    ],
)
def test_an_input_that_cannot_be_is_refused_when_it_is_put(aws: Aws, form: dict[str, Any], message: str):
    """API reference, PutTargets and InputTransformer: what is exclusive, what is a placeholder, what is JSON."""
    rule, queue = Rule(aws), aws.queue()

    with pytest.raises(ClientError, match=message) as refused:
        rule.target(queue.arn, **form)

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_partition_key_is_of_the_original_event_whatever_the_input_is(aws: Aws):
    """User guide, "Input transformation": "dynamic path parameters must reference the original event"."""
    rule, stream = Rule(aws), aws.stream()
    path = {"KinesisParameters": {"PartitionKeyPath": "$.detail.state"}}
    rule.target(stream, RoleArn=aws.role(), Input='{"fixed": true}', **path)

    rule.put(DETAIL)

    (record,) = records(aws, stream)
    assert (record["PartitionKey"], record["Data"]) == ("RUNNING", b'{"fixed": true}')


def records(aws: Aws, stream: str) -> list[dict[str, Any]]:
    """What a stream of one shard holds."""
    kinesis = aws.client("kinesis")
    (shard,) = kinesis.list_shards(StreamARN=stream)["Shards"]
    start = kinesis.get_shard_iterator(StreamARN=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    return list(kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"])
