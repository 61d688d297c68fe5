"""The function's environment, read when a bus or a consumer is built and never kept in a module."""

import os

from bus.sdk.errors import MissingSettingError


def required(name: str, purpose: str) -> str:
    """The variable `name`. Raises MissingSettingError, which says that it names `purpose`."""
    value = os.environ.get(name)
    if not value:
        raise MissingSettingError(name, purpose)
    return value


def optional(name: str) -> str | None:
    """The variable `name`, or None where it is missing or empty."""
    return os.environ.get(name) or None
