"""What became of a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.resources import Made
from bus.topology import Setting, Template


@dataclass(frozen=True)
class StackResource:
    """A resource that exists: its type, the value of `Ref`, and those of `Fn::GetAtt` by name."""

    made: Made
    retained: bool = False
    """Whether it outlives its stack (DeletionPolicy Retain)."""
    replaced_kept: bool = False
    """Whether it outlives its replacement (UpdateReplacePolicy Retain)."""

    @property
    def logical_id(self) -> str:
        return self.made.wanted.logical_id

    @property
    def type(self) -> str:
        return self.made.wanted.type

    @property
    def ref(self) -> str:
        return self.made.deployed.ref

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.made.deployed.attributes


@dataclass(frozen=True)
class Stack:
    """A deployed template; resources by logical id in the order they were made, without those whose condition is false.

    `left_behind` says of each resource that an update was to delete, and could not, why: CloudFormation leaves it too.
    """

    setting: Setting
    template: Template
    resources: Mapping[str, StackResource]
    outputs: Mapping[str, str]
    left_behind: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.setting.stack
