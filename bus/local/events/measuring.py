"""What CloudWatch is told of deliveries (EventBridge user guide, "Monitoring Amazon EventBridge")."""

from bus.local.events.state import Rule
from bus.local.plane import Plane

_METRICS = {"ok": "Invocations", "lost": "FailedInvocations", "dead-letter": "FailedInvocations"}


def measure(plane: Plane, rule: Rule, outcome: str) -> None:
    """What came of an attempt; one that is made again counts when it ends."""
    name = _METRICS.get(outcome)
    if name is None:
        return
    if rule.bus == "default":  # whose rules have no bus as a dimension
        plane.meters.add("AWS/Events", name, 1.0, RuleName=rule.name)
    else:
        plane.meters.add("AWS/Events", name, 1.0, EventBusName=rule.bus, RuleName=rule.name)
