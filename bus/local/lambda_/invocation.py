"""What is asked of a function, and how that is asked of the world."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bus.local.functions import Answer
from bus.local.lambda_.concurrency import Occupancy
from bus.local.lambda_.measuring import measure
from bus.local.lambda_.trace_header import Chain
from bus.local.lambda_.version import Version
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.world import Work


@dataclass(frozen=True, slots=True)
class Invocation:
    """`payload` is the JSON of the event; without a `request_id` it gets one. `tail` asks for the end of the log."""

    payload: bytes
    request_id: str | None = None
    client_context: Mapping[str, Any] | None = None
    tail: bool = False


def outside(
    plane: Plane, version: Version, invocation: Invocation, arn: str, chain: Chain, occupancy: Occupancy
) -> Later[Answer]:
    """Have a process run a version of a function under the name `arn`; it takes its place until the answer is there.

    `chain` ends with it. The plane must have a world.
    """
    if plane.world is None:
        message = "a plane without a world runs functions in process"
        raise RuntimeError(message)
    header = chain.header(plane)
    plane.ledger.keep(story(header))
    work = Work(
        arn=arn,
        settings=version.function.settings,
        role=version.settings.get("Role", ""),
        package=version.package,
        payload=invocation.payload,
        request_id=invocation.request_id or plane.chance.uuid(),
        trace_header=header,
        client_context=invocation.client_context,
        tail=invocation.tail,
    )
    answer = Later[Answer]()
    function = version.function.settings.name
    plane.world.invoke(work).then(partial(_over, plane, function, plane.clock.time(), occupancy, answer))
    return answer


def story(header: str) -> str:
    """What the ledger keeps the event under that a function works on, for the calls that the function makes."""
    return f"trace/{Chain.of_header(header).root}"


def _over(
    plane: Plane, function: str, began: float, occupancy: Occupancy, answer: Later[Answer], given: Later[Answer]
) -> None:
    now, result = plane.clock.time(), given.result()
    occupancy.end(now, now)
    measure(plane, function, now - began, failed=result.failed)
    answer.settle(result)
