"""Responses that are streams of events, such as SubscribeToShard's: all of their events, one after the other.

Smithy, "Amazon event stream specification". Of a protocol that has the operation in a header, the first event holds the
response's other members.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.eventstream import EventStreamEncoder

from bus.local.wire.shapes.encoding import Encoders

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_encoder = EventStreamEncoder()


def written(
    shape: Any, response: Mapping[str, Any], encoders: Encoders, dumps: Callable[[Any], bytes], content_type: str
) -> bytes:
    """The bytes of every event. `content_type` is that of an event's payload, which `dumps` writes."""
    stream = shape.event_stream_name
    others = {name: value for name, value in response.items() if name != stream}
    events = [("initial-response", encoders.of(shape)(others))]
    for event in response.get(stream, ()):
        ((name, value),) = event.items()
        events.append((name, encoders.of(shape.members[stream].members[name])(value)))
    return b"".join(_message(name, content_type, dumps(value)) for name, value in events)


def _message(name: str, content_type: str, payload: bytes) -> bytes:
    headers = {":event-type": name, ":content-type": content_type, ":message-type": "event"}
    message: bytes = _encoder.encode_message(headers, payload)
    return message
