"""A pipe filters, enriches, transforms and delivers."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bus.local.errors import UnsupportedResourceError
from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError
from tests.local.pipe_cases import Build, bodies, function, make, pipe, plane_of, queue, send


@pytest.fixture
def plane(plane_with: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plane:
    return plane_of(plane_with, tmp_path, monkeypatch)


def test_an_enrichment_that_returns_nothing_filters(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(plane, source, target, Enrichment=function(plane, "nothing"))

    send(url, "a")
    plane.engine.run_until_idle()

    assert (bodies(url), bodies(target_url)) == ([], [])
    assert [hop.note for hop in plane.ledger.find("pipes", "deliver", "ok")] == ["the enrichment returned nothing"]


def test_templates_read_the_parsed_body_before_and_the_answer_after_the_enrichment(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pipe(
        plane,
        source,
        target,
        Enrichment=function(plane, "shout"),
        EnrichmentParameters={"InputTemplate": '{"body": <$.body.text>}'},
        TargetParameters={"InputTemplate": '{"said": <$.text>, "by": "<aws.pipes.pipe-name>", "no": <$.body>}'},
    )

    send(url, '{"text": "hello"}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [{"said": "HELLO", "by": "relay", "no": ""}]


def test_filters_see_the_parsed_body_and_drop_what_they_do_not_want(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    pipe(
        plane,
        source,
        target,
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": pattern}]}},
        TargetParameters={"InputTemplate": "<$.body.id>"},
    )

    send(url, '{"kind": "wanted", "id": 7}', '{"kind": "other", "id": 8}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [7]
    assert bodies(url) == []


def test_a_filter_that_is_no_pattern_is_refused(plane: Plane):
    (_, source), (_, target) = queue("in"), queue("out")
    filters = {"Filters": [{"Pattern": '{"body": [{"wildcard": "x*"}]}'}]}

    with pytest.raises(RefusedValuesError, match="Unrecognized match type wildcard") as refused:
        pipe(plane, source, target, SourceParameters={"FilterCriteria": filters})

    assert "ValidationException" in refused.value.reason


def test_a_function_gets_an_array_and_may_report_what_failed(plane: Plane):
    dead_url, dead = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    url, source = queue("in", RedrivePolicy=redrive)
    pipe(plane, source, function(plane, "refuses_poison"))

    send(url, '"fine"', "poison")
    plane.engine.run_until_idle()

    response = boto3.client("sqs").receive_message(QueueUrl=dead_url, MaxNumberOfMessages=10)
    assert [message["Body"] for message in response["Messages"]] == ["poison"]


def test_kinesis_data_is_decoded_for_paths_and_passed_on_encoded(plane: Plane):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="in", ShardCount=1)
    kinesis.create_stream(StreamName="out", ShardCount=1)
    plane.engine.run_until_idle()
    pipe(
        plane,
        plane.arn("kinesis", "stream/in"),
        plane.arn("kinesis", "stream/out"),
        SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.data.order"}},
    )

    kinesis.put_record(StreamName="in", Data=b'{"order": "o-1"}', PartitionKey="k")
    plane.engine.run_until_idle()

    shard = kinesis.list_shards(StreamName="out")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="out", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    (record,) = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert record["PartitionKey"] == "o-1"
    passed_on = json.loads(record["Data"])
    assert (passed_on["eventSource"], passed_on["data"]) == ("aws:kinesis", "eyJvcmRlciI6ICJvLTEifQ==")


def test_a_topic_receives_events(plane: Plane):
    (url, source), (target_url, target) = queue("in"), queue("out")
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target, Attributes={"RawMessageDelivery": "true"})
    pipe(plane, source, topic, TargetParameters={"InputTemplate": '{"order": <$.body.order>}'})

    send(url, '{"order":1}')
    plane.engine.run_until_idle()

    assert bodies(target_url) == [{"order": 1}]


def test_a_stopped_pipe_reads_nothing(plane: Plane):
    (url, source), (_, target) = queue("in"), queue("out")
    pipe(plane, source, target, DesiredState="STOPPED")

    send(url, '"a"')
    plane.engine.run_until_idle()

    assert bodies(url) == ["a"]
    described = boto3.client("pipes").describe_pipe(Name="relay")
    assert (described["CurrentState"], described["Source"]) == ("STOPPED", source)
    assert [each["Name"] for each in boto3.client("pipes").list_pipes(NamePrefix="re")["Pipes"]] == ["relay"]
    assert boto3.client("pipes").list_pipes(DesiredState="RUNNING")["Pipes"] == []


@pytest.mark.usefixtures("plane")
def test_a_pipe_that_is_not_there_is_not_found():
    with pytest.raises(ClientError, match="NotFoundException"):
        boto3.client("pipes").describe_pipe(Name="nobody")


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"Target": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}, "the synchronous target"),
        ({"Target": "arn:aws:ecs:us-east-1:123456789012:cluster/c"}, "the target"),
        ({"Source": "arn:aws:kafka:us-east-1:123456789012:cluster/c"}, "the source"),
        ({"Enrichment": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}, "the enrichment"),
        ({"TargetParameters": {"EventBridgeEventBusParameters": {"EndpointId": "e.v"}}}, "EndpointId"),
    ],
)
def test_what_a_pipe_cannot_do_here_stops_the_deployment(plane: Plane, properties: dict[str, Any], what: str):
    (_, source), (_, target) = queue("in"), queue("out")

    with pytest.raises(UnsupportedResourceError, match=what):
        make(plane, "AWS::Pipes::Pipe", **{"Name": "relay", "Source": source, "Target": target, **properties})
