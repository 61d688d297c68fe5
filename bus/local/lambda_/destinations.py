"""What becomes of events whose asynchronous invocation is over: destinations and dead-letter queues.

Lambda developer guide, "Capturing records of Lambda asynchronous invocations".
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bus.local.arns import service_of
from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.functions import Answer
from bus.local.lambda_.functions import LATEST
from bus.local.lambda_.queued import Queued
from bus.local.plane import Plane
from bus.local.times import iso

DETAIL_TYPES = {
    "OnSuccess": "Lambda Function Invocation Result - Success",
    "OnFailure": "Lambda Function Invocation Result - Failure",
}
LONGEST_MESSAGE = 1024  # bytes of the dead letter's ErrorMessage
OK, THROTTLED = "200", "429"


class Destinations:
    """Sends records and dead letters. Each is tried once: what cannot be reached loses them, as the metrics
    DestinationDeliveryFailures and DeadLetterErrors count.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def tell(self, event: Queued, answer: Answer | None, kind: str, condition: str) -> bool:
        """Send the invocation record to the OnSuccess or OnFailure destination, if there is one that takes it."""
        config = event.deployed.registered.invoke_configs.get(event.deployed.qualifier or LATEST, {})
        arn = config.get("DestinationConfig", {}).get(kind, {}).get("Destination")
        if not arn:
            return False
        record = self._record(event, answer, condition)
        return self._delivered(event, arn, lambda: self._send(event, arn, record, DETAIL_TYPES[kind]))

    def dead_letter(self, event: Queued, answer: Answer | None, error: AwsError | None) -> bool:
        """Send the event itself, with the error in attributes, to the dead-letter queue, if there is one."""
        arn = event.deployed.version.dead_letter_arn
        if arn is None:
            return False
        if answer is not None:
            code, message = OK, str(json.loads(answer.payload).get("errorMessage", ""))
        else:
            code, message = THROTTLED, error.message if error is not None else "Event age exceeded"
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": event.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": code},
            "ErrorMessage": {"DataType": "String", "StringValue": _cut(message) or "Unhandled"},
        }
        return self._delivered(event, arn, lambda: send(self._plane, arn, event.payload.decode(), attributes))

    def _delivered(self, event: Queued, arn: str, deliver: Callable[[], None]) -> bool:
        try:
            deliver()
        except AwsError as error:
            self._plane.ledger.record(
                "lambda",
                "destination",
                event.deployed.arn,
                attempt=max(event.attempts, 1),
                outcome="failed",
                note=f"{arn}: {error}",
            )
            return False
        return True

    def _send(self, event: Queued, arn: str, record: Mapping[str, Any], detail_type: str) -> None:
        text = json.dumps(record)
        match service_of(arn):
            case "lambda":
                self._plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=text.encode())
            case "events":
                self._put_event(event, arn, text, detail_type)
            case "s3":
                self._put_object(event, arn, text)
            case _:
                send(self._plane, arn, text)

    def _put_event(self, event: Queued, arn: str, text: str, detail_type: str) -> None:
        entry = {
            "Source": "lambda",
            "DetailType": detail_type,
            "Detail": text,
            "EventBusName": arn,
            "Resources": [arn, event.deployed.registered.arn_of(event.deployed.qualifier or LATEST)],
        }
        answer = self._plane.call("events", "PutEvents", Entries=[entry])
        if answer["FailedEntryCount"]:
            failed = answer["Entries"][0]
            raise AwsError(failed["ErrorCode"], failed["ErrorMessage"])

    def _put_object(self, event: Queued, arn: str, text: str) -> None:
        now = datetime.fromtimestamp(self._plane.clock.time(), UTC)
        day, instant = now.strftime("%Y/%m/%d"), now.strftime("%Y-%m-%dT%H.%M.%S")
        name = event.deployed.registered.name
        key = f"aws/lambda/async/{name}/{day}/{instant}-{self._plane.chance.uuid()}"
        self._plane.call("s3", "PutObject", Bucket=arn.rpartition(":")[2], Key=key, Body=text.encode())

    def _record(self, event: Queued, answer: Answer | None, condition: str) -> dict[str, Any]:
        """The guide's example record; what was never answered has no response."""
        record: dict[str, Any] = {
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            "requestContext": {
                "requestId": event.request_id,
                "functionArn": event.deployed.registered.arn_of(event.deployed.qualifier or LATEST),
                "condition": condition,
                "approximateInvokeCount": max(event.attempts, 1),
            },
            "requestPayload": json.loads(event.payload),
        }
        if answer is not None:
            error = {"functionError": "Unhandled"} if answer.failed else {}
            record["responseContext"] = {"statusCode": 200, "executedVersion": answer.version, **error}
            record["responsePayload"] = json.loads(answer.payload)
        return record


def _cut(message: str) -> str:
    return message.encode()[:LONGEST_MESSAGE].decode(errors="ignore")
