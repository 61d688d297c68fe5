"""Synchronous Invoke of a function that answers later: Lambda API reference, Invoke."""

import base64
import json
from collections.abc import Callable

import pytest

from bus.local.errors import AwsError
from bus.local.lambda_ import LambdaRoom
from bus.local.later import Later
from bus.local.operations import Response
from bus.local.plane import Plane
from tests.local.later.worlds import Restored, copy_of, function, outcomes, wait, world_of


@pytest.fixture
def plane(plane_of: Callable[..., Plane]) -> Plane:
    return plane_of(LambdaRoom)


def begin(plane: Plane, **params: object) -> Later[Response]:
    with plane.ledger.following("event-1"):
        return plane.begin("lambda", "Invoke", {"FunctionName": "f", "Payload": b'{"n": 1}', **params})


def test_an_invocation_is_answered_when_its_function_is_done(plane: Plane):
    function(plane)
    answer = begin(plane)
    wait(plane, 3)

    before = (answer.done, outcomes(plane, "lambda", "Invoke"))
    world_of(plane).answer({"n": 2})

    assert before == (False, [])
    assert answer.result() == {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": b'{"n": 2}'}
    assert outcomes(plane, "lambda", "Invoke") == [("ok", "event-1")]


def test_the_world_is_told_all_that_a_process_needs(plane: Plane):
    arn = function(plane, Environment={"Variables": {"TABLE": "orders"}}, Timeout=7)
    context = base64.b64encode(b'{"custom": {"a": 1}}').decode()

    begin(plane, ClientContext=context, LogType="Tail", Qualifier="$LATEST")

    [work] = world_of(plane).asked
    assert (work.arn, work.role, work.payload) == (f"{arn}:$LATEST", "arn:aws:iam::123456789012:role/f", b'{"n": 1}')
    assert (work.settings.name, work.settings.timeout, work.settings.environment) == ("f", 7, {"TABLE": "orders"})
    assert (work.client_context, work.tail, len(work.request_id)) == ({"custom": {"a": 1}}, True, 36)
    assert work.package is not None
    assert work.trace_header.startswith("Root=1-6955b900-")
    assert ";Sampled=0;Lineage=" in work.trace_header


def test_a_function_error_is_an_answer(plane: Plane):
    function(plane)
    answer = begin(plane)

    world_of(plane).fail()

    assert answer.result()["FunctionError"] == "Unhandled"
    assert json.loads(answer.result()["Payload"])["errorType"] == "ValueError"
    assert outcomes(plane, "lambda", "Invoke") == [("failed", "event-1")]


def test_the_log_of_a_function_has_the_time_that_it_took_by_the_clock(plane: Plane):
    function(plane, MemorySize=256)
    answer = begin(plane, LogType="Tail")
    wait(plane, 1.5)

    world_of(plane).answer(log="half a line")

    log = base64.b64decode(answer.result()["LogResult"]).decode().splitlines()
    assert log[1] == "half a line"
    assert "Duration: 1500.00 ms\tBilled Duration: 1500 ms\tMemory Size: 256 MB" in log[3]


def test_a_function_takes_its_concurrency_until_its_answer_is_there(plane: Plane):
    function(plane, ReservedConcurrentExecutions=1)
    begin(plane)
    wait(plane, 1000)

    with pytest.raises(AwsError, match="TooManyRequestsException"):
        begin(plane).result()
    world_of(plane).answer()

    assert not begin(plane).done
    assert outcomes(plane, "lambda", "Invoke") == [("TooManyRequestsException", "event-1"), ("ok", "event-1")]


def test_a_function_that_is_deleted_meanwhile_still_answers(plane: Plane):
    function(plane)
    answer = begin(plane, LogType="Tail")

    plane.call("lambda", "DeleteFunction", FunctionName="f")
    world_of(plane).answer("done")

    assert answer.result()["Payload"] == b'"done"'


def test_what_is_out_when_a_snapshot_is_taken_ends_in_its_recovery(plane: Plane):
    function(plane, ReservedConcurrentExecutions=1)
    begin(plane)

    copy = copy_of(plane)
    world_of(copy).answer()

    assert outcomes(copy, "lambda", "Invoke") == [("ok", "event-1")]
    assert outcomes(plane, "lambda", "Invoke") == []
    assert not begin(copy).done
    with pytest.raises(AwsError, match="TooManyRequestsException"):
        begin(plane).result()


def test_the_functions_of_a_recovered_plane_can_be_run_in_process(plane: Plane, restored: Restored):
    function(plane, Code={"ZipFile": "def handler(event, context):\n    return event['n']\n"})

    plane = restored(plane)
    plane.world = None

    assert begin(plane).result()["Payload"] == b"1"
