"""What became of a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.topology import Template


@dataclass(frozen=True)
class StackResource:
    """A resource that was made: its type, the value of `Ref`, and those of `Fn::GetAtt` by name."""

    logical_id: str
    type: str
    ref: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Stack:
    """A deployed template; resources by logical id, without those whose condition is false."""

    name: str
    template: Template
    resources: Mapping[str, StackResource]
    outputs: Mapping[str, str]
