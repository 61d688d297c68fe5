"""Preferences to test with, kept in memory, and the API in front of them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.notifications import wiring
from services.notifications.adapters.memory import MemoryPreferences


@pytest.fixture
def customers(monkeypatch: pytest.MonkeyPatch) -> MemoryPreferences:
    """Where the API keeps what customers want, in this test."""
    kept = MemoryPreferences()
    monkeypatch.setattr(wiring, "customer_preferences", lambda: kept)
    return kept


class Answer:
    """An HTTP answer: `status`, `headers` by lower-case name, and `body` as the value that its JSON says."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.status = answer["statusCode"]
        self.headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.body = json.loads(answer["body"])


@pytest.fixture
def request_api(customers: MemoryPreferences) -> Callable[..., Answer]:  # noqa: ARG001 - the API finds them by its wiring
    """`request_api("PUT", "/customers/900/preferences", body)`: what the API's function answers."""
    from services.notifications.handlers.preferences import (  # noqa: PLC0415 - 0.2 s that the others need not wait
        handler,
    )

    def send(method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        return Answer(handler(_event(method, path, text, headers or {}), None))

    return send


def _event(method: str, path: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
    """API Gateway's payload format 2.0 (developer guide, "Lambda proxy integrations for HTTP APIs")."""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "isBase64Encoded": False,
        "body": body,
    }
