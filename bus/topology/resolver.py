"""A template's values: parameters, conditions, and resources once they are made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bus.topology.document import Place
from bus.topology.functions import FUNCTIONS, NO_VALUE, scalar_text
from bus.topology.parameters import FromSsm, ParameterError, Value
from bus.topology.parts import Output, ResourceTemplate
from bus.topology.template import Template

_DYNAMIC = re.compile(r"\{\{resolve:([^:{}]+):([^{}]*)\}\}")


class Made(Protocol):
    """A resource that exists: the value of Ref, and those of Fn::GetAtt by name."""

    @property
    def ref(self) -> str: ...

    @property
    def attributes(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Setting:
    """Where a template is deployed: what the pseudo parameters say."""

    stack: str
    account: str
    region: str
    stack_id: str

    def pseudo(self) -> dict[str, Any]:
        """The pseudo parameters' values."""
        return {
            "AWS::AccountId": self.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }


class Resolver:
    """Resolves one template in one setting.

    `made` is read as it grows: a resource may be resolved once everything that it refers to is in
    it, which is what `Template.in_order` is for. Every method raises TopologyError.
    """

    def __init__(self, template: Template, setting: Setting, ssm: FromSsm, made: Mapping[str, Made]) -> None:
        self.template, self.setting, self._ssm, self._made = template, setting, ssm, made
        self.parameters = _parameters(template, ssm)
        self._pseudo = setting.pseudo()
        self._held: dict[str, bool | None] = {}

    def applies(self, what: ResourceTemplate | Output) -> bool:
        """Whether the condition of a resource or output holds; without one it does."""
        return what.condition is None or self.holds(what.condition, ("Conditions",))

    def properties(self, resource: ResourceTemplate) -> dict[str, Any]:
        """A resource's properties, resolved."""
        resolved: dict[str, Any] = self.value(resource.properties, resource.place)
        return resolved

    def outputs(self) -> dict[str, str]:
        """The outputs that apply, as text."""
        resolved = {}
        for name, output in self.template.outputs.items():
            if self.applies(output):
                place = ("Outputs", name, "Value")
                resolved[name] = self.text(output.value, place)
        return resolved

    def value(self, value: Any, place: Place) -> Any:
        """`value` with every function in it done; fresh containers, without what is AWS::NoValue."""
        if isinstance(value, Mapping):
            return self._mapping(value, place)
        if isinstance(value, list):
            below = (self.value(item, (*place, index)) for index, item in enumerate(value))
            return [item for item in below if item is not NO_VALUE]
        return self._dynamic(value, place) if isinstance(value, str) else value

    def text(self, value: Any, place: Place) -> str:
        """`value` resolved, as text: true and false as JSON writes them."""
        resolved = self.value(value, place)
        text = scalar_text(resolved)
        if text is None:
            raise self.template.error(place, f"a string is needed here, not {resolved!r}")
        return text

    def holds(self, condition: str, place: Place) -> bool:
        """Whether the condition of that name holds."""
        if condition not in self.template.conditions:
            raise self.template.error(place, f"there is no condition {condition}")
        if condition not in self._held:
            self._held[condition] = None
            at = ("Conditions", condition)
            self._held[condition] = self.truth(self.template.conditions[condition], at)
        held = self._held[condition]
        if held is None:
            raise self.template.error(("Conditions", condition), "depends on itself")
        return held

    def truth(self, value: Any, place: Place) -> bool:
        """A condition's expression: a function that answers true or false, or another condition."""
        match value:
            case {"Condition": str(name)} if len(value) == 1:
                return self.holds(name, place)
        resolved = self.value(value, place)
        if isinstance(resolved, bool):
            return resolved
        raise self.template.error(place, f"a condition is needed here, not {resolved!r}")

    def ref(self, name: str, place: Place) -> Any:
        """The value of Ref."""
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        made = self._made.get(name)
        return self._unmade(name, None, place) if made is None else made.ref

    def attribute(self, name: str, attribute: str, place: Place) -> Any:
        """The value of Fn::GetAtt."""
        made = self._made.get(name)
        if made is None:
            return self._unmade(name, attribute, place)
        if attribute not in made.attributes:
            type_ = self.template.resources[name].type
            known = ", ".join(sorted(made.attributes)) or "none"
            raise self.template.error(place, f"{name} ({type_}) has no attribute {attribute} here; there are: {known}")
        return made.attributes[attribute]

    def _unmade(self, name: str, attribute: str | None, place: Place) -> Any:
        wanted = name if attribute is None else f"{name}.{attribute}"
        raise self.template.error(place, f"needs {wanted}, but {name} is not made: its condition is false")

    def _mapping(self, value: Mapping[str, Any], place: Place) -> Any:
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in FUNCTIONS:
                result = FUNCTIONS[name](self, argument, (*place, name))
                return self._dynamic(result, place) if isinstance(result, str) else result
            if name.startswith("Fn::"):
                raise self.template.error(place, f"the function {name} is not supported")
        resolved = {key: self.value(below, (*place, key)) for key, below in value.items()}
        return {key: below for key, below in resolved.items() if below is not NO_VALUE}

    def _dynamic(self, text: str, place: Place) -> str:
        return _DYNAMIC.sub(lambda found: self._stored(found[1], found[2], place), text) if "{{" in text else text

    def _stored(self, service: str, name: str, place: Place) -> str:
        if service != "ssm":
            raise self.template.error(place, f"{{{{resolve:{service}:…}}}} is not supported; {{{{resolve:ssm:…}}}} is")
        stored = self._ssm(name)
        if stored is None:
            raise self.template.error(
                place, f"the SSM parameter {name} does not exist; deploy the stack that makes it first"
            )
        return stored


class Preview(Resolver):
    """Resolves what is known before anything is made; the rest stays as "${Table.Arn}"."""

    def __init__(self, template: Template, setting: Setting, ssm: FromSsm) -> None:
        super().__init__(template, setting, ssm, {})

    def _unmade(self, name: str, attribute: str | None, place: Place) -> str:  # noqa: ARG002 - the same door
        return f"${{{name}}}" if attribute is None else f"${{{name}.{attribute}}}"

    def _dynamic(self, text: str, place: Place) -> str:  # noqa: ARG002 - the same door
        return text


def _parameters(template: Template, ssm: FromSsm) -> dict[str, Value]:
    for name in template.given:
        if name not in template.parameters:
            raise template.error(("Parameters",), f"there is no parameter {name}")
    values = {}
    for name, parameter in template.parameters.items():
        try:
            values[name] = parameter.value(template.given.get(name), ssm)
        except ParameterError as error:
            raise template.error(("Parameters", name), str(error)) from error
    return values
