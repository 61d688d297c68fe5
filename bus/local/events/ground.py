"""What every part of the room stands on."""

from bus.local.events.routing import Router
from bus.local.events.state import Archive, Buses, EventBus, Replay
from bus.local.plane import Plane


class Ground:
    """The plane, and what EventBridge keeps in it."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.router = Router(plane)
        self.buses = Buses()
        self.archives: dict[str, Archive] = {}
        self.replays: dict[str, Replay] = {}
        self.buses.add(EventBus("default", plane.arn("events", "event-bus/default"), plane.clock.now()))
