"""Asynchronous invocation: Lambda's own queue, its retries, and what becomes of events that fail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.arns import service_of
from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.functions import Answer
from bus.local.lambda_.functions import LATEST, DeployedFunction
from bus.local.plane import Plane
from bus.local.times import iso

PAUSES = (60.0, 120.0)
LONGEST_AGE = 6 * 3600
DETAIL_TYPES = {
    "OnSuccess": "Lambda Function Invocation Result - Success",
    "OnFailure": "Lambda Function Invocation Result - Failure",
}


@dataclass(slots=True)
class Queued:
    """An event in Lambda's queue; the request id stays the same through the retries."""

    deployed: DeployedFunction
    payload: bytes
    request_id: str
    queued_at: float
    event_id: str | None
    attempts: int = 0


class AsynchronousInvocations:
    """Runs queued events: one minute to the first retry, two to the second (Lambda developer guide, "How Lambda
    handles errors and retries with asynchronous invocation").
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def queue(self, deployed: DeployedFunction, payload: bytes, request_id: str) -> None:
        """Invoke as soon as the engine comes to it, following the event that is being followed now."""
        event = Queued(deployed, payload, request_id, self._plane.clock.time(), self._plane.ledger.subject)
        self._plane.engine.soon(lambda: self._attempt(event))

    def _attempt(self, event: Queued) -> None:
        config = event.deployed.invoke_config
        with self._plane.ledger.following(event.event_id):
            age = self._plane.clock.time() - event.queued_at
            if age > config.get("MaximumEventAgeInSeconds", LONGEST_AGE):
                self._give_up(event, None, "EventAgeExceeded")
                return
            event.attempts += 1
            answer = event.deployed.invoke(event.payload, event.request_id)
            self._record(event, "Invoke", "failed" if answer.failed else "ok")
            if not answer.failed:
                self._tell(event, answer, "OnSuccess", "Success")
            elif event.attempts > config.get("MaximumRetryAttempts", len(PAUSES)):
                self._give_up(event, answer, "RetriesExhausted")
            else:
                self._plane.engine.after(PAUSES[event.attempts - 1], lambda: self._attempt(event))

    def _give_up(self, event: Queued, answer: Answer | None, condition: str) -> None:
        told = self._tell(event, answer, "OnFailure", condition)
        kept = self._dead_letter(event, answer)
        self._record(event, "discard", "dead-letter" if told or kept else "lost", condition)

    def _dead_letter(self, event: Queued, answer: Answer | None) -> bool:
        """The event itself, and the error in attributes (Lambda developer guide, "Adding a dead-letter queue")."""
        arn = event.deployed.dead_letter_arn
        if arn is None:
            return False
        message = json.loads(answer.payload)["errorMessage"] if answer else "Event age exceeded"
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": event.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": message[:1024] or "Unhandled"},
        }
        return self._delivered(event, arn, lambda: send(self._plane, arn, event.payload.decode(), attributes))

    def _tell(self, event: Queued, answer: Answer | None, kind: str, condition: str) -> bool:
        arn = event.deployed.invoke_config.get("DestinationConfig", {}).get(kind, {}).get("Destination")
        if not arn:
            return False
        record = self._invocation_record(event, answer, condition)
        return self._delivered(event, arn, lambda: self._send_record(event, arn, record, DETAIL_TYPES[kind]))

    def _delivered(self, event: Queued, arn: str, deliver: Any) -> bool:
        """A destination that cannot be reached loses the record, as DestinationDeliveryFailures counts."""
        try:
            deliver()
        except AwsError as error:
            self._record(event, "destination", "failed", f"{arn}: {error}")
            return False
        return True

    def _send_record(self, event: Queued, arn: str, record: Mapping[str, Any], detail_type: str) -> None:
        text = json.dumps(record)
        service = service_of(arn)
        if service == "lambda":
            self._plane.call("lambda", "Invoke", FunctionName=arn, InvocationType="Event", Payload=text.encode())
        elif service == "events":
            entry = {
                "Source": "lambda",
                "DetailType": detail_type,
                "Detail": text,
                "EventBusName": arn,
                "Resources": [arn, f"{event.deployed.arn}:{LATEST}"],
            }
            self._plane.call("events", "PutEvents", Entries=[entry])
        else:
            send(self._plane, arn, text)

    def _invocation_record(self, event: Queued, answer: Answer | None, condition: str) -> dict[str, Any]:
        """Lambda developer guide, "Capturing records of Lambda asynchronous invocations", example record."""
        record: dict[str, Any] = {
            "version": "1.0",
            "timestamp": iso(self._plane.clock.time()),
            "requestContext": {
                "requestId": event.request_id,
                "functionArn": f"{event.deployed.arn}:{LATEST}",
                "condition": condition,
                "approximateInvokeCount": event.attempts,
            },
            "requestPayload": json.loads(event.payload),
        }
        if answer is not None:
            error = {"functionError": "Unhandled"} if answer.failed else {}
            record["responseContext"] = {"statusCode": 200, "executedVersion": LATEST, **error}
            record["responsePayload"] = json.loads(answer.payload)
        return record

    def _record(self, event: Queued, action: str, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "lambda", action, event.deployed.arn, attempt=max(event.attempts, 1), outcome=outcome, note=note
        )
