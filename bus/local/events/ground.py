"""What every part of the room stands on."""

from bus.local.events.archive import Archive
from bus.local.events.quotas import Quotas
from bus.local.events.replay import Replay
from bus.local.events.routing import Router
from bus.local.events.state import Buses, EventBus, Rule
from bus.local.plane import Plane


class Ground:
    """The plane, and what EventBridge keeps in it.

    What a part does about rules that are put or go it does by overriding `rule_put` and `rule_gone`, and calls on to
    its `super()`.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.router = Router(plane)
        self.buses = Buses()
        self.quotas = Quotas()
        self.archives: dict[str, Archive] = {}
        self.replays: dict[str, Replay] = {}
        now = plane.clock.now()
        self.buses.add(EventBus("default", plane.arn("events", "event-bus/default"), now, now))

    def rule_put(self, rule: Rule) -> None:
        """A rule is about to be there, or to be changed, enabled or disabled. What this raises refuses it."""

    def rule_gone(self, rule: Rule) -> None:
        """A rule has been deleted."""
