"""Templates written down by a test."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bus.topology import Resolver, Setting, Template

SETTING = Setting("orders", "123456789012", "us-east-1", "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/1")


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Template]:
    """`load(text)`: the template of that text, in a file template.yaml (or `name`)."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "template.yaml", **parameters: str) -> Template:
        Path(name).write_text(text)
        return Template.load(name, parameters)

    return write


@pytest.fixture
def resolve(load: Callable[..., Template]) -> Callable[..., Any]:
    """`resolve("!Sub …", …)`: the value that a property P written so has.

    `ssm` are the SSM parameters, `sections` the template's other sections; there is a made queue
    Queue, and a queue Skipped that is not made.
    """

    def resolved(written: str, sections: str = "", ssm: dict[str, str] | None = None, **parameters: str) -> Any:
        text = f"{sections}\nResources:\n  Queue: {{Type: T}}\n  Skipped: {{Type: T}}\n"
        template = load(f"{text}  It:\n    Type: T\n    Properties:\n      P: {written}\n", **parameters)
        queue = SimpleNamespace(ref="https://queue", attributes={"Arn": "arn:queue", "QueueName": "queue"})
        resolver = Resolver(template, SETTING, (ssm or {}).get, {"Queue": queue})
        return resolver.properties(template.resources["It"]).get("P", "(nothing)")

    return resolved
