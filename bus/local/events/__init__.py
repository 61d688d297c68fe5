"""Amazon EventBridge, classic: buses, rules, targets, archives, and how events reach their targets."""

from bus.local.events.room import EventsRoom

__all__ = ["EventsRoom"]
