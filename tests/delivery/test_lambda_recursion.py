"""What Lambda documents of functions that invoke themselves without end."""

import json

from tests.delivery.aws import Aws

CAUGHT = """
import boto3

def handler(depth, context):
    client = boto3.client("lambda")
    try:
        answer = client.invoke(FunctionName=context.function_name, Payload=str(depth + 1))
    except client.exceptions.RecursiveInvocationException:
        return depth
    return int(answer["Payload"].read())
"""
# Tells a queue of each invocation, and invokes itself until there were forty.
UNTIL_FORTY = """
import os
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="again")
    if event < 40:
        again = {"FunctionName": context.function_name, "InvocationType": "Event", "Payload": str(event + 1)}
        boto3.client("lambda").invoke(**again)
"""


def test_a_loop_of_asynchronous_invocations_is_stopped_after_sixteen_and_its_event_goes_to_the_failure_destination(
    aws: Aws,
):
    """Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops"."""
    count, failed = aws.queue(), aws.queue()
    name = aws.function(UNTIL_FORTY, Environment={"Variables": {"QUEUE": count.url}})
    client = aws.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": failed.arn}}
    )

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"1")
    aws.wait(30)

    assert len(count.bodies()) == 16
    assert [document["requestPayload"] for document in failed.documents()] == [17]


def test_a_caller_in_a_loop_gets_a_recursive_invocation_exception(aws: Aws):
    """Lambda API reference, Invoke, RecursiveInvocationException."""
    name = aws.function(CAUGHT, Timeout=60)

    answer = json.load(aws.client("lambda").invoke(FunctionName=name, Payload=b"1")["Payload"])

    assert answer == 16


def test_a_function_that_is_allowed_to_may_invoke_itself_on_and_on(aws: Aws):
    """Lambda API reference, PutFunctionRecursionConfig."""
    count = aws.queue()
    name = aws.function(UNTIL_FORTY, Environment={"Variables": {"QUEUE": count.url}})
    client = aws.client("lambda")
    client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"1")
    aws.wait(30)

    assert len(count.bodies()) == 40
