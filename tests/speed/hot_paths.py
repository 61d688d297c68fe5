"""Single hot paths, each beside an alternative in the same run.

    python tests/speed/hot_paths.py

- The lake's transform, on order events of ten lines, beside checking the same events with jsonschema alone.
- PutEvents of ten through one rule to a queue that does nothing, beside reading, writing and handing over the
  same events with the standard json module, matching nothing.
- An invocation in the sandbox, beside calling the same handler bare.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from jsonschema import Draft202012Validator
from rich.console import Console
from rich.table import Table

from bus.local.events import EventsRoom
from bus.local.functions import Function, Settings
from bus.local.operations import operation
from bus.local.plane import Plane
from schemas.registry import contract_for

METADATA = {
    "event_id": "0195c7f0-5a3e-7c41-9d0b-3f1f6a2c8e11",
    "occurred_at": "2026-03-14T17:08:11.250Z",
    "producer": "orders",
    "subject": "order-1",
    "sequence": 1,
    "correlation_id": "command-1",
}
LINES, BATCH, ROUNDS = 10, 500, 7


class Sink:
    """A queue that takes everything and keeps nothing."""

    service = "sqs"

    @operation("SendMessage")
    def send_message(self, _: object) -> dict[str, Any]:
        return {"MessageId": "m"}


def rate(things: int, work: Callable[[], object]) -> float:
    """The best of several rounds, in things a second: what others do to the machine only ever slows it."""
    return things / min(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def order_placed() -> dict[str, Any]:
    """An event of ten lines, as EventBridge delivers it."""
    data = deepcopy(contract_for("OrderPlaced.v1").schema["examples"][0])
    data["lines"] = (data["lines"] * LINES)[:LINES]
    envelope = {"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "time": "2026-03-14T17:08:12Z"}
    kind = {"source": "omnibus.orders", "detail-type": "OrderPlaced.v1"}
    return {**envelope, **kind, "detail": {"metadata": METADATA, "data": data}}


def transform_rates() -> tuple[float, float]:
    """Events a second: the transform, and jsonschema alone."""
    os.environ.update(LAKE_DATABASE="d", LAKE_BUCKET="b", CLAIM_CHECK_BUCKET="c", POWERTOOLS_SERVICE_NAME="analytics")
    handler = import_module("services.analytics.handlers.transform").handler
    event = order_placed()
    data = base64.b64encode(json.dumps(event).encode()).decode()
    arrived = 1_773_508_092_000
    records = [{"recordId": str(n), "approximateArrivalTimestamp": arrived, "data": data} for n in range(BATCH)]
    answers = handler({"invocationId": "i", "records": records}, None)["records"]
    assert all(answer["result"] == "Ok" for answer in answers)
    ours = rate(BATCH, lambda: handler({"invocationId": "i", "records": records}, None))
    validator = Draft202012Validator(contract_for("OrderPlaced.v1").schema)
    few = BATCH // 10
    return ours, rate(few, lambda: [validator.validate(event["detail"]["data"]) for _ in range(few)])


def entries(bus: str) -> list[dict[str, str]]:
    event = order_placed()
    return [
        {
            "EventBusName": bus,
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
        }
    ] * 10


def put_events_rates() -> tuple[float, float]:
    """Events a second at the operations table: through one rule, and handed to the queue without one."""
    plane = Plane()
    plane.open(EventsRoom(plane))
    plane.open(Sink())
    pattern = json.dumps({"source": ["omnibus.orders"]})
    target = {"Id": "queue", "Arn": plane.arn("sqs", "queue")}
    plane.call("events", "PutRule", Name="rule", EventPattern=pattern)
    plane.call("events", "PutTargets", Rule="rule", Targets=[target])
    batch = entries("default")

    def put() -> None:
        for _ in range(100):
            plane.call("events", "PutEvents", Entries=batch)
        plane.engine.run_until_idle()

    def floor() -> None:
        for _ in range(100):
            for entry in batch:
                event = {**order_placed_envelope, "detail": json.loads(entry["Detail"])}
                plane.call("sqs", "SendMessage", QueueUrl="queue", MessageBody=json.dumps(event))

    order_placed_envelope = {name: value for name, value in order_placed().items() if name != "detail"}
    return rate(1_000, put), rate(1_000, floor)


ECHO = "def handler(event, _):\n    return event\n"


def invocation_rates() -> tuple[float, float]:
    """Invocations a second: in the sandbox, and the handler bare, with its JSON read and written."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "echo.py").write_text(ECHO)
        sys.path.insert(0, folder)
        plane = Plane()
        function = Function(plane, Settings(name="echo", handler="echo.handler"), plane.arn("lambda", "function:echo"))
        assert not function.invoke(b"{}").failed
        sandboxed = rate(1_000, lambda: [function.invoke(b"{}") for _ in range(1_000)])
        bare = import_module("echo").handler
        sys.path.remove(folder)
    return sandboxed, rate(1_000, lambda: [json.dumps(bare(json.loads(b"{}"), None)) for _ in range(1_000)])


def main() -> None:
    table = Table(title="Hot paths, a second", title_justify="left")
    for name in ("what", "ours", "beside it", "the alternative"):
        table.add_column(name, justify="right" if name in ("ours", "beside it") else "left")
    rows = {
        "the lake's transform, events of ten lines": (transform_rates, "jsonschema's check of them alone"),
        "PutEvents through one rule, events": (put_events_rates, "the same bodies to the queue, no rule"),
        "invocations in the sandbox": (invocation_rates, "the handler bare"),
    }
    for what, (measure, alternative) in rows.items():
        ours, other = measure()
        table.add_row(what, f"{ours:,.0f}", f"{other:,.0f}", alternative)
    Console().print(table)


if __name__ == "__main__":
    main()
