"""Rules that say, for a service, which action an operation is and which parameters name its resource."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.local.access.needs.need import ANYTHING, Call, Need
from bus.local.policies.request import ContextValue

# A resource's ARN from the value that names it; a text with {} in it is the ARN's resource part.
Naming = str | Callable[[Call, Any], str]


@dataclass(frozen=True, slots=True)
class On:
    """The parameter `name` names the resource, of all operations or of those given."""

    name: str
    naming: Naming = "{}"
    operations: Collection[str] = ()

    def fits(self, call: Call) -> bool:
        return not self.operations or call.operation in self.operations


@dataclass(frozen=True)
class Rules:
    """A service: the first of `on` whose parameter is there names the resource; a list names several.

    `prefix` is that of its actions, `called` gives the actions that do not have the operation's name, `nowhere` holds
    the operations whose actions have no resource, `special` those with rules of their own. `keys` gives condition keys.
    """

    prefix: str
    on: tuple[On, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    nowhere: Collection[str] = ()
    special: Mapping[str, Callable[[Call], list[Need]]] = field(default_factory=dict)
    keys: Callable[[Call], Mapping[str, ContextValue]] | None = None
    global_: bool = False

    def needs(self, call: Call) -> list[Need]:
        """Everything that is to be allowed for the call."""
        special = self.special.get(call.operation)
        if special is not None:
            return special(call)
        action = f"{self.prefix}:{self.called.get(call.operation, call.operation)}"
        keys = {} if self.keys is None else self.keys(call)
        return [Need(action, resource, keys) for resource in self.resources(call)]

    def resources(self, call: Call) -> list[str]:
        """The ARNs of what the call is about."""
        if call.operation in self.nowhere:
            return [ANYTHING]
        for on in self.on:
            if on.fits(call) and (found := call.first(on.name)) is not None:
                value = found[1]
                values = value if isinstance(value, list | tuple) else [value]
                return [self._arn(call, on.naming, each) for each in values]
        return [ANYTHING]

    def _arn(self, call: Call, naming: Naming, value: Any) -> str:
        if callable(naming):
            return naming(call, value)
        if isinstance(value, str) and value.startswith("arn:"):
            return value
        resource = naming.format(value)
        return (
            f"arn:aws:{self.prefix}::{call.directory.account}:{resource}"
            if self.global_
            else call.arn(self.prefix, resource)
        )
