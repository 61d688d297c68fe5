"""What a deployment would change, foretold: the changes of a change set (API reference, ResourceChange)."""

from dataclasses import dataclass
from typing import Any

ADD, MODIFY, REMOVE = "Add", "Modify", "Remove"
STATIC, DYNAMIC = "Static", "Dynamic"
ALWAYS, NEVER = "Always", "Never"


@dataclass(frozen=True)
class Detail:
    """One reason why a resource changes.

    `attribute` is Properties, Tags, Metadata, DeletionPolicy or UpdateReplacePolicy, `name` the property's; `source` is
    DirectModification, ParameterReference, ResourceReference or ResourceAttribute, and `cause` the parameter,
    resource or attribute. `before` and `after` are None where there is nothing.
    """

    attribute: str
    name: str
    recreation: str
    evaluation: str
    source: str
    cause: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What would become of a resource. `replacement` is "True", "False" or "Conditional", for a Modify alone.

    `before` and `after` are its properties, as far as they are known.
    """

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = ""
    policy_action: str = ""
    details: tuple[Detail, ...] = ()
    before: Any = None
    after: Any = None

    @property
    def scope(self) -> list[str]:
        """The attributes that change, each once."""
        return list(dict.fromkeys(detail.attribute for detail in self.details))


def replacement(details: list[Detail]) -> str:
    """Always and Static is a replacement, Always and Dynamic perhaps one (API reference, ResourceChange)."""
    recreating = {detail.evaluation for detail in details if detail.recreation == ALWAYS}
    if STATIC in recreating:
        return "True"
    return "Conditional" if recreating else "False"
