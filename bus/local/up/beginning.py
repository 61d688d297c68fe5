"""A platform with nothing in it."""

from datetime import UTC, datetime

from bus.local.cloudformation import CloudFormationRoom
from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.up.machine import Machine

HOPS_KEPT = 20_000


def begun(instant: float, seed: int) -> Machine:
    """Every room, open and empty, at an instant (epoch seconds)."""
    plane = Plane(seed=seed, start=datetime.fromtimestamp(instant, UTC))
    open_all(plane)
    plane.open(CloudFormationRoom(plane))
    plane.ledger.limit(HOPS_KEPT)
    return Machine(plane)
