"""An invocation of the function that transforms a delivery stream's records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.errors import AwsError
from bus.local.firehose.outcomes import TransformFailedError, results_of
from bus.local.later import Later
from bus.local.operations import SECONDS, Response

LONGEST_INVOCATION = 300.0  # seconds: "supports a Lambda invocation time of up to 5 minutes"


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation: the function that it was of, what it answered or why it failed, and how long it took."""

    function: str
    attempt: int
    answer: Mapping[str, Any] | TransformFailedError
    seconds: float


def call_of(function: str, attempt: int, answer: Later[Response]) -> Call:
    """What an answer of Invoke says; that it could not be invoked is one too."""
    try:
        response = answer.result()
    except AwsError as error:
        return Call(function, attempt, TransformFailedError(f"Lambda.{error.code}", error.message), 0.0)
    seconds = float(response.get(SECONDS, 0.0))
    return Call(function, attempt, _answer(response, seconds), min(seconds, LONGEST_INVOCATION))


def _answer(response: Response, seconds: float) -> Mapping[str, Any] | TransformFailedError:
    if seconds > LONGEST_INVOCATION:
        return timed_out()
    if response.get("FunctionError"):
        message = "The Lambda function was successfully invoked but it returned an error result."
        return TransformFailedError("Lambda.FunctionError", message)
    try:
        return results_of(response["Payload"])
    except TransformFailedError as error:
        return error


def timed_out() -> TransformFailedError:
    """That it took longer than `LONGEST_INVOCATION`."""
    return TransformFailedError("Lambda.FunctionTimedOut", "The Lambda function was not done in five minutes.")
