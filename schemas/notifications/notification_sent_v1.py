"""Generated from notifications/NotificationSent.v1.json by `bus schemas generate`: change the contract, not this file."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field
from schemas.event import Event


class NotificationSentV1(Event):
    """A provider took a message for a customer. Whether it was read is not known."""

    notification_id: UUID
    """This notification; a repeated attempt keeps it."""
    customer_id: Annotated[str, Field(max_length=64, min_length=1)]
    """The customer who is told."""
    channel: Literal["email", "sms", "webhook"]
    """The way in which the customer is told."""
    recipient: Annotated[str, Field(json_schema_extra={"x-pii": True}, max_length=2048, min_length=1)]
    """The address, telephone number or URL that the message went to."""
    about: Annotated[str, Field(max_length=64, min_length=1)]
    """The id of the order that the message is about."""
    trigger: Annotated[str, Field(max_length=128, min_length=1, pattern="^[A-Z][A-Za-z0-9]*[.]v[1-9][0-9]*$")]
    """The detail-type of the event that caused the message."""
    template: Annotated[str, Field(max_length=256, min_length=1)]
    """The template that the message was written from."""
    sent_at: AwareDatetime
    """When the provider took it."""
    provider_message_id: Annotated[str, Field(max_length=256, min_length=1)]
    """The message at its provider."""
