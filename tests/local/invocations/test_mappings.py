"""Queues and streams whose records go to functions."""

import json

import boto3
import pytest

from bus.local.plane import Plane
from bus.local.resources import RefusedValuesError
from tests.local.invocations.cases import function, make, poisoned_queue, queue, received


def test_a_poison_message_reaches_the_dead_letter_queue_and_its_neighbours_do_not(plane: Plane):
    url, dead_url = poisoned_queue(plane, "reports", FunctionResponseTypes=["ReportBatchItemFailures"])

    plane.engine.run_until_idle()

    assert [message["Body"] for message in received(dead_url)] == ["poison"]
    assert received(url) == []
    hops = plane.ledger.find("lambda", "Invoke")
    assert [(hop.attempt, hop.outcome) for hop in hops] == [(1, "ok"), (1, "failed"), (1, "ok"), (2, "failed")]


def test_without_reports_one_poison_message_takes_its_batch_along(plane: Plane):
    _, dead_url = poisoned_queue(plane, "refuses")

    plane.engine.run_until_idle()

    assert sorted(message["Body"] for message in received(dead_url)) == ["fine", "fine too", "poison"]


def test_a_batching_window_gathers_messages(plane: Plane):
    name = function(plane, "refuses")
    url, arn = queue("mail")
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=name,
        EventSourceArn=arn,
        MaximumBatchingWindowInSeconds=5,
        BatchSize=3,
    )
    began = plane.clock.time()

    for at in range(5):
        plane.engine.after(at, lambda: boto3.client("sqs").send_message(QueueUrl=url, MessageBody="fine"))
    plane.engine.run_until_idle()

    assert plane.rooms["lambda"].logs("refuses") == ["3", "2"]
    assert [hop.at - began for hop in plane.ledger.find("lambda", "Invoke")] == [2, 2, 2, 8, 8]


def test_messages_that_no_filter_wants_are_deleted_unseen(plane: Plane):
    name = function(plane, "refuses")
    url, arn = queue("mail")
    pattern = json.dumps({"body": {"kind": ["OrderPaid"]}})
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=name,
        EventSourceArn=arn,
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )

    for body in ('{"kind": "OrderPaid"}', '{"kind": "OrderPlaced"}', "plain"):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    plane.engine.run_until_idle()

    assert plane.rooms["lambda"].logs("refuses") == ["1"]
    assert len(plane.ledger.find("lambda", "filter", "filtered")) == 2
    assert received(url) == []


def test_a_filter_that_is_no_pattern_is_refused(plane: Plane):
    _, arn = queue("mail")
    filters = {"Filters": [{"Pattern": '{"body": "x"}'}]}
    mapping = {"FunctionName": function(plane, "refuses"), "EventSourceArn": arn, "FilterCriteria": filters}

    with pytest.raises(RefusedValuesError, match="Invalid filter pattern definition") as refused:
        make(plane, "AWS::Lambda::EventSourceMapping", **mapping)

    assert "InvalidParameterValueException" in refused.value.reason


def test_a_poison_record_of_a_stream_is_told_to_the_destination_and_the_rest_goes_through(plane: Plane):
    url, arn = queue("failures")
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    plane.engine.run_until_idle()
    stream = plane.arn("kinesis", "stream/orders")
    make(
        plane,
        "AWS::Lambda::EventSourceMapping",
        FunctionName=function(plane, "decodes"),
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    for text in ("a", "poison", "c"):
        kinesis.put_record(StreamName="orders", Data=text.encode(), PartitionKey="k")
    plane.engine.run_until_idle()

    assert [line for line in plane.rooms["lambda"].logs("decodes") if line in "a c"] == ["a", "c"]
    document = json.loads(received(url)[0]["Body"])
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["responseContext"]["functionError"] == "Unhandled"
    assert (document["KinesisBatchInfo"]["batchSize"], document["KinesisBatchInfo"]["streamArn"]) == (1, stream)
