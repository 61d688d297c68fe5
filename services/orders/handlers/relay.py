"""The enrichment of the pipe: outbox items in, events out, each checked against its contract."""

from bus.sdk import outbox_relay

handler = outbox_relay()
