"""What runs inside a Lambda: publish events, consume them, commit them with a change of state.

    from bus.sdk import EventBus, Outbox, Received, consumer

Each name is imported when it is first asked for: a function that fills an outbox does not pay for the
batches of one that consumes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bus.sdk.starting import settled

if TYPE_CHECKING:
    from bus.sdk.consuming import consumer
    from bus.sdk.correlation import following
    from bus.sdk.envelope import Metadata, Outgoing, Received
    from bus.sdk.errors import (
        ClaimCheckError,
        ContractViolationError,
        EventTooLargeError,
        MissingSettingError,
        NotAnEventError,
        OmnibusError,
        PublishError,
        UnknownEventError,
        UnreadableEventError,
    )
    from bus.sdk.outbox import Outbox
    from bus.sdk.publisher import EventBus
    from bus.sdk.relay import outbox_relay

__all__ = [
    "ClaimCheckError",
    "ContractViolationError",
    "EventBus",
    "EventTooLargeError",
    "Metadata",
    "MissingSettingError",
    "NotAnEventError",
    "OmnibusError",
    "Outbox",
    "Outgoing",
    "PublishError",
    "Received",
    "UnknownEventError",
    "UnreadableEventError",
    "consumer",
    "following",
    "outbox_relay",
]

_HOMES = {
    "consumer": "consuming",
    "following": "correlation",
    "Metadata": "envelope",
    "Outgoing": "envelope",
    "Received": "envelope",
    "Outbox": "outbox",
    "EventBus": "publisher",
    "outbox_relay": "relay",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with settled():
        found = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = found
    return found
