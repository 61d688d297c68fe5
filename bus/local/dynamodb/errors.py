"""DynamoDB's refusals, with its own codes and sentences."""

from typing import Any

from bus.local.errors import AwsError


def invalid(message: str) -> AwsError:
    """A ValidationException."""
    return AwsError("ValidationException", message)


def invalid_values(message: str) -> AwsError:
    """A ValidationException about parameter values, under DynamoDB's usual beginning."""
    return invalid(f"One or more parameter values were invalid: {message}")


def not_found(what: str = "") -> AwsError:
    """A ResourceNotFoundException; `what` ("Table: orders not found") ends its sentence."""
    sentence = "Requested resource not found"
    return AwsError("ResourceNotFoundException", f"{sentence}: {what}" if what else sentence)


class ConditionFailedError(AwsError):
    """A write's condition was not met. `item` is what was found, where the caller asked to be told."""

    def __init__(self, item: dict[str, Any] | None = None) -> None:
        self.item = item
        super().__init__("ConditionalCheckFailedException", "The conditional request failed")
        if item is not None:
            self.members["Item"] = item
