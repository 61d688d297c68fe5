"""Synchronous invocation."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.delivery.aws import Aws

ECHO = "def handler(event, context):\n    return event\n"


def error_of(answer: dict[str, Any]) -> dict[str, Any]:
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error: dict[str, Any] = json.load(answer["Payload"])
    return error


def test_the_answer_has_the_payload_and_the_version_that_ran(aws: Aws):
    """Lambda API reference, Invoke."""
    name = aws.function(ECHO)

    answer = aws.client("lambda").invoke(FunctionName=name, Payload=b'{"order": 1}')

    assert json.load(answer["Payload"]) == {"order": 1}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_an_exception_is_answered_as_a_function_error_with_its_type_message_and_stack(aws: Aws):
    """Lambda developer guide, "Understanding retry behavior in Lambda"; "Python function errors"."""
    name = aws.function("def handler(event, context):\n    raise ValueError('no such order')\n")

    error = error_of(aws.client("lambda").invoke(FunctionName=name))

    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such order")
    assert error["requestId"]
    assert error["stackTrace"][0].startswith('  File "/var/task/case_code.py", line 2, in handler')


def test_a_function_that_runs_past_its_timeout_is_stopped(aws: Aws):
    """Lambda developer guide, "Configure Lambda function timeout"."""
    source = "import time\ncalls = []\ndef handler(event, context):\n    calls.append(1)\n    time.sleep(event)\n"
    name = aws.function(source + "    return len(calls)\n", Timeout=3)
    client = aws.client("lambda")
    client.invoke(FunctionName=name, Payload=b"0")

    error = error_of(client.invoke(FunctionName=name, Payload=b"4"))
    aws.wait(5)
    after = json.load(client.invoke(FunctionName=name, Payload=b"0")["Payload"])

    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert after == 1


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        (
            "import no_such_module\n",
            "Runtime.ImportModuleError",
            "Unable to import module 'case_code': No module named",
        ),
        ("other = 1\n", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'case_code'"),
        ("def handler(:\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'case_code'"),
        (
            "def handler(event, context):\n    return object()\n",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type object is not JSON serializable",
        ),
        (
            "import sys\ndef handler(event, context):\n    sys.exit(1)\n",
            "Runtime.ExitError",
            "Runtime exited with error: exit status 1",
        ),
        (
            "def handler(event, context):\n    return 'x' * 6_291_556\n",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ),
    ],
)
def test_what_cannot_start_or_answer_says_so(aws: Aws, source: str, kind: str, message: str):
    """Lambda developer guide, "Troubleshoot invocation issues in Lambda"."""
    name = aws.function(source)

    error = error_of(aws.client("lambda").invoke(FunctionName=name))

    assert error["errorType"] == kind
    assert message in error["errorMessage"]


def test_objects_declared_outside_the_handler_remain_initialised_between_invocations(aws: Aws):
    """Lambda developer guide, "Understanding the Lambda execution environment lifecycle"."""
    name = aws.function("calls = []\ndef handler(event, context):\n    calls.append(event)\n    return calls\n")

    answers = [json.load(aws.client("lambda").invoke(FunctionName=name, Payload=b"%d" % n)["Payload"]) for n in (1, 2)]

    assert answers == [[1], [1, 2]]


def test_invocations_at_once_run_in_execution_environments_of_their_own(aws: Aws):
    """Lambda developer guide, "Understanding Lambda function scaling"."""
    source = "import time\ncalls = []\ndef handler(event, context):\n    calls.append(1)\n    time.sleep(event)\n"
    name = aws.function(source + "    return len(calls)\n")
    client = aws.client("lambda")

    def answer(event: bytes) -> int:
        return int(json.load(client.invoke(FunctionName=name, Payload=event)["Payload"]))

    at_once = [answer(b"2"), answer(b"0")]
    aws.wait(3)

    assert at_once == [1, 1]
    assert answer(b"0") == 2


def test_a_log_type_of_tail_includes_the_execution_log_in_the_response(aws: Aws):
    """Lambda API reference, Invoke, LogType and LogResult: the last 4 KB, in base64."""
    name = aws.function("def handler(event, context):\n    print('x' * event, 'end')\n")
    client = aws.client("lambda")

    short = base64.b64decode(client.invoke(FunctionName=name, LogType="Tail", Payload=b"1")["LogResult"]).decode()
    long = base64.b64decode(client.invoke(FunctionName=name, LogType="Tail", Payload=b"5000")["LogResult"]).decode()

    start, printed, end, report = short.strip().splitlines()
    assert start.startswith("START RequestId: ")
    assert start.endswith(" Version: $LATEST")
    assert printed == "x end"
    assert end.startswith("END RequestId: ")
    assert "Memory Size: 128 MB" in report
    assert len(long) == 4096
    assert "LogResult" not in client.invoke(FunctionName=name, Payload=b"1")


def test_the_client_context_is_passed_to_the_function(aws: Aws):
    """Lambda API reference, Invoke, ClientContext."""
    source = "def handler(event, context):\n    given = context.client_context\n"
    name = aws.function(source + "    return given and [given.custom, given.client.app_title]\n")
    context = base64.b64encode(json.dumps({"custom": {"a": "b"}, "client": {"app_title": "shop"}}).encode()).decode()
    client = aws.client("lambda")

    with_one = client.invoke(FunctionName=name, ClientContext=context)
    without = client.invoke(FunctionName=name)

    assert json.load(with_one["Payload"]) == [{"a": "b"}, "shop"]
    assert json.load(without["Payload"]) is None
    with pytest.raises(ClientError):
        client.invoke(FunctionName=name, ClientContext="x" * 3584)


def test_a_client_context_of_another_shape_tells_the_function_nothing_of_the_client(aws: Aws):
    """Lambda API reference, Invoke, ClientContext: whatever the caller says of itself, in base64."""
    name = aws.function("def handler(event, context):\n    return context.client_context.client.app_title\n")
    context = base64.b64encode(b'{"client": 5}').decode()

    assert json.load(aws.client("lambda").invoke(FunctionName=name, ClientContext=context)["Payload"]) is None


@pytest.mark.parametrize("odd", [{"LogType": "Head"}, {"InvocationType": "Later"}])
def test_an_invocation_of_no_known_kind_is_refused(aws: Aws, odd: dict[str, str]):
    """Lambda API reference, Invoke, InvocationType and LogType."""
    name = aws.function(ECHO)

    with pytest.raises(ClientError, match="Member must satisfy enum value set"):
        aws.client("lambda").invoke(FunctionName=name, **odd)


def test_a_dry_run_validates_and_runs_nothing(aws: Aws):
    """Lambda API reference, Invoke, InvocationType."""
    name = aws.function("calls = []\ndef handler(event, context):\n    calls.append(1)\n    return len(calls)\n")
    client = aws.client("lambda")

    answer = client.invoke(FunctionName=name, InvocationType="DryRun")

    assert answer["StatusCode"] == 204
    assert json.load(client.invoke(FunctionName=name)["Payload"]) == 1


@pytest.mark.parametrize(("kind", "size"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_a_payload_has_six_megabytes_at_most_and_one_when_it_is_asynchronous(aws: Aws, kind: str, size: int):
    """Lambda developer guide, "Lambda quotas", invocation payload."""
    name = aws.function("def handler(event, context):\n    return len(event)\n")
    client = aws.client("lambda")

    allowed = client.invoke(FunctionName=name, InvocationType=kind, Payload=b'"' + b"x" * (size - 2) + b'"')
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName=name, InvocationType=kind, Payload=b'"' + b"x" * (size - 1) + b'"')

    assert allowed["StatusCode"] in {200, 202}
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.parametrize("payload", [b"{", b"[" * 100_000, b"NaN"])
def test_a_payload_that_is_no_json_is_refused(aws: Aws, payload: bytes):
    """Lambda API reference, Invoke, InvalidRequestContentException."""
    name = aws.function(ECHO)

    with pytest.raises(ClientError) as refused:
        aws.client("lambda").invoke(FunctionName=name, Payload=payload)

    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert "Could not parse request body into json" in refused.value.response["Error"]["Message"]


def test_a_function_waits_for_the_one_that_it_invokes(aws: Aws):
    """Lambda developer guide, "Invoking a Lambda function synchronously"."""
    slow = aws.function("import time\ndef handler(event, context):\n    time.sleep(2)\n    return 'slow'\n")
    source = "import boto3, time\ndef handler(event, context):\n    before = time.time()\n"
    source += "    boto3.client('lambda').invoke(FunctionName=event)\n    return time.time() - before\n"
    caller = aws.function(source, Timeout=30)

    answer = aws.client("lambda").invoke(FunctionName=caller, Payload=json.dumps(slow))

    assert json.load(answer["Payload"]) >= 2


def test_the_context_names_the_function_the_version_and_the_request(aws: Aws):
    """Lambda developer guide, "Using the Lambda context object to retrieve Python function information"."""
    names = "function_name function_version invoked_function_arn memory_limit_in_mb log_group_name"
    source = f"def handler(event, context):\n    return {{n: getattr(context, n) for n in '{names}'.split()}}\n"
    name = aws.function(source, MemorySize=256)

    seen = json.load(aws.client("lambda").invoke(FunctionName=name)["Payload"])

    assert seen == {
        "function_name": name,
        "function_version": "$LATEST",
        "invoked_function_arn": aws.function_arn(name),
        "memory_limit_in_mb": "256",
        "log_group_name": f"/aws/lambda/{name}",
    }
