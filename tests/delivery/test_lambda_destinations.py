"""What becomes of asynchronous invocations: destinations and dead letters."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.delivery.asynchronous import FAILS, configured, sent
from tests.delivery.aws import Aws

SUCCEEDS = "def handler(event, context):\n    return {'seen': event}\n"


def test_the_record_of_a_failure_has_the_request_and_the_response(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", example invocation record."""
    name, failures = aws.function(FAILS), aws.queue()
    arn = aws.function_arn(name)
    configured(aws, name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": failures.arn}})

    sent(aws, name, {"order": 1})

    [record] = failures.documents()
    assert record["version"] == "1.0"
    assert record["requestContext"]["functionArn"] == f"{arn}:$LATEST"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["requestPayload"] == {"order": 1}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "no such order"
    assert record["responsePayload"]["requestId"] == record["requestContext"]["requestId"]


def test_events_that_are_processed_successfully_have_a_destination_of_their_own(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations"."""
    name, successes, failures = aws.function(SUCCEEDS), aws.queue(), aws.queue()
    destinations = {"OnSuccess": {"Destination": successes.arn}, "OnFailure": {"Destination": failures.arn}}
    configured(aws, name, DestinationConfig=destinations)

    sent(aws, name, 1)

    [record] = successes.documents()
    assert record["requestContext"]["condition"] == "Success"
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"seen": 1}
    assert failures.bodies() == []


def test_lambda_passes_the_invocation_record_as_the_message_to_a_topic(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", Amazon SNS topic."""
    name, topic, queue = aws.function(SUCCEEDS), aws.topic(), aws.queue()
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )
    configured(aws, name, DestinationConfig={"OnSuccess": {"Destination": topic}})

    sent(aws, name, 1)

    [record] = queue.documents()
    assert record["requestPayload"] == 1


def test_lambda_passes_the_invocation_record_as_the_payload_to_a_function(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", AWS Lambda function."""
    source = "import boto3, json, os\ndef handler(event, context):\n"
    source += "    boto3.client('sqs').send_message(QueueUrl=os.environ['PROBE'], MessageBody=json.dumps(event))\n"
    probe, name = aws.queue(), aws.function(SUCCEEDS)
    told = aws.function(source, Environment={"Variables": {"PROBE": probe.url}})
    configured(aws, name, DestinationConfig={"OnSuccess": {"Destination": aws.function_arn(told)}})

    sent(aws, name, 1)

    [record] = probe.documents()
    assert record["responsePayload"] == {"seen": 1}


def test_lambda_passes_the_invocation_record_as_the_detail_of_an_event(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", Amazon EventBridge: the source
    is lambda, the detail-type tells success from failure, and the resources are the destination and the function.
    """
    name, bus, queue, events = aws.function(FAILS), aws.bus(), aws.queue(), aws.client("events")
    events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": ["lambda"]}')
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue.arn}])
    arn = events.describe_event_bus(Name=bus)["Arn"]
    configured(aws, name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})

    sent(aws, name, 1)

    [event] = queue.documents()
    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["resources"] == [arn, f"{aws.function_arn(name)}:$LATEST"]
    assert event["detail"]["requestContext"]["condition"] == "RetriesExhausted"


def test_lambda_stores_the_invocation_record_as_a_json_object_in_a_bucket(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", Amazon S3, naming convention."""
    name, bucket, s3 = aws.function(FAILS), aws.bucket(), aws.client("s3")
    destination = {"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}}
    configured(aws, name, MaximumRetryAttempts=0, DestinationConfig=destination)

    sent(aws, name, 1)

    [found] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert found["Key"].startswith(f"aws/lambda/async/{name}/")
    assert json.load(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"])["requestPayload"] == 1


def test_a_bucket_is_a_destination_on_failure_only(aws: Aws):
    """Lambda API reference, PutFunctionEventInvokeConfig."""
    name, bucket = aws.function(FAILS), aws.bucket()

    with pytest.raises(ClientError) as refused:
        configured(aws, name, DestinationConfig={"OnSuccess": {"Destination": f"arn:aws:s3:::{bucket}"}})

    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_dead_letter_has_the_content_of_the_event_and_the_error_in_attributes(aws: Aws):
    """Lambda developer guide, "Adding a dead-letter queue": RequestID, ErrorCode, and ErrorMessage, its first 1 KB."""
    dead = aws.queue()
    source = "def handler(event, context):\n    raise ValueError('x' * 2000)\n"
    name = aws.function(source, DeadLetterConfig={"TargetArn": dead.arn})

    sent(aws, name, {"order": 1})
    aws.wait(600)

    [message] = dead.drain()
    attributes = message["MessageAttributes"]
    assert json.loads(message["Body"]) == {"order": 1}
    assert attributes["ErrorCode"] == {"StringValue": "200", "DataType": "Number"}
    assert attributes["ErrorMessage"] == {"StringValue": "x" * 1024, "DataType": "String"}
    assert attributes["RequestID"]["StringValue"]


def test_a_dead_letter_goes_to_a_topic_too(aws: Aws):
    """Lambda developer guide, "Adding a dead-letter queue"."""
    topic, queue = aws.topic(), aws.queue()
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    name = aws.function(FAILS, DeadLetterConfig={"TargetArn": topic})

    sent(aws, name, "lost")
    aws.wait(600)

    [notification] = queue.documents()
    assert notification["Message"] == '"lost"'
    assert notification["MessageAttributes"]["ErrorMessage"] == {"Type": "String", "Value": "no such order"}


def test_destinations_can_be_configured_in_addition_to_a_dead_letter_queue(aws: Aws):
    """Lambda API reference, PutFunctionEventInvokeConfig."""
    dead, failures = aws.queue(), aws.queue()
    name = aws.function(FAILS, DeadLetterConfig={"TargetArn": dead.arn})
    configured(aws, name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": failures.arn}})

    sent(aws, name, 1)

    assert dead.bodies() == ["1"]
    assert len(failures.bodies()) == 1


def test_a_function_is_no_destination_of_its_own(aws: Aws):
    """Lambda API reference, PutFunctionEventInvokeConfig."""
    name = aws.function(FAILS)

    with pytest.raises(ClientError) as refused:
        configured(aws, name, DestinationConfig={"OnFailure": {"Destination": aws.function_arn(name)}})

    assert refused.value.response["Error"]["Message"] == "You can't specify the function as a destination for itself."


def test_a_destination_that_cannot_be_reached_does_not_keep_the_dead_letter_queue_from_the_event(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations"."""
    dead, gone = aws.queue(), aws.queue()
    name = aws.function(FAILS, DeadLetterConfig={"TargetArn": dead.arn})
    configured(aws, name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": gone.arn}})
    aws.client("sqs").delete_queue(QueueUrl=gone.url)

    sent(aws, name, 1)

    assert dead.bodies() == ["1"]


def test_destinations_and_dead_letter_queues_are_standard_queues_and_topics(aws: Aws):
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations"."""
    client, fifo = aws.client("lambda"), aws.queue(FifoQueue=True)
    name = aws.function("def handler(event, context):\n    return event\n")

    for kind in ("OnSuccess", "OnFailure"):
        config = {kind: {"Destination": fifo.arn}}
        with pytest.raises(client.exceptions.InvalidParameterValueException):
            client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=config)
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": fifo.arn})
