"""The HTTP API of customers' preferences."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from pydantic import BaseModel, ConfigDict, Field

from bus.sdk.http_api import HttpApi
from services.notifications import wiring
from services.notifications.domain import Channel, Preferences
from services.notifications.usecases import keep_preferences

handler = HttpApi()

CustomerId = Annotated[str, Path(min_length=1, max_length=64)]


class Recipients(BaseModel):
    """A recipient per channel; none where the customer does not want to hear over it.

    Whether an address or a number exists is for the provider to say. A webhook is called over HTTPS alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)] | None = None
    sms: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{1,14}$")] | None = None
    webhook: Annotated[str, Field(pattern=r"^https://[^\s/]+(/\S*)?$", max_length=2048)] | None = None


class PreferencesBody(BaseModel):
    """How a customer wants to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipients: Recipients


@handler.routes.get("/customers/<customer_id>/preferences")
def read(customer_id: CustomerId) -> dict[str, Any]:
    return _view(wiring.customer_preferences().of(customer_id))


@handler.routes.put("/customers/<customer_id>/preferences")
def replace(customer_id: CustomerId, wanted: Annotated[PreferencesBody, Body()]) -> dict[str, Any]:
    recipients = wanted.recipients.model_dump(exclude_none=True)
    preferences = Preferences(customer_id, {Channel(channel): recipient for channel, recipient in recipients.items()})
    keep_preferences(preferences, wiring.customer_preferences())
    return _view(preferences)


def _view(preferences: Preferences) -> dict[str, Any]:
    recipients = {channel.value: recipient for channel, recipient in preferences.recipients.items()}
    return {"customer_id": preferences.customer_id, "recipients": recipients}
