"""CloudFormation's intrinsic functions.

Each takes the resolver, its argument as the template writes it, and the place of that argument
(AWS CloudFormation user guide, "Intrinsic function reference").
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from bus.topology.document import Place
from bus.topology.references import VARIABLE
from bus.topology.template import Template


class Resolving(Protocol):
    """What a function needs of the resolver."""

    template: Template

    def value(self, value: Any, place: Place) -> Any: ...
    def text(self, value: Any, place: Place) -> str: ...
    def truth(self, value: Any, place: Place) -> bool: ...
    def holds(self, condition: str, place: Place) -> bool: ...
    def ref(self, name: str, place: Place) -> Any: ...
    def attribute(self, name: str, attribute: str, place: Place) -> Any: ...


class _NoValue:
    def __repr__(self) -> str:
        return "AWS::NoValue"

    def __reduce__(self) -> str:
        return "NO_VALUE"  # of this module: a copy is the same one


NO_VALUE: Final = _NoValue()
"""The value of AWS::NoValue: whatever holds it goes."""


def scalar_text(value: Any) -> str | None:
    """A scalar as CloudFormation writes it into a string; None for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _ref(resolver: Resolving, argument: Any, place: Place) -> Any:
    return resolver.ref(_name(resolver, argument, place), place)


def _get_att(resolver: Resolving, argument: Any, place: Place) -> Any:
    name, attribute = _items(resolver, argument.split(".", 1) if isinstance(argument, str) else argument, 2, place)
    return resolver.attribute(_name(resolver, name, place), resolver.text(attribute, place), place)


def _sub(resolver: Resolving, argument: Any, place: Place) -> str:
    text, own = (argument, {}) if isinstance(argument, str) else _items(resolver, argument, 2, place)
    if not isinstance(text, str) or not isinstance(own, Mapping):
        raise resolver.template.error(place, "Fn::Sub takes a string, or a string and a mapping of its variables")

    def variable(name: str) -> str:
        if name in own:
            return resolver.text(own[name], (*place, 1, name))
        logical_id, dot, attribute = name.partition(".")
        found = resolver.attribute(logical_id, attribute, place) if dot else resolver.ref(name, place)
        return _text_of(resolver, found, place)

    return VARIABLE.sub(lambda found: variable(found[1].strip()), text).replace("${!", "${")


def _join(resolver: Resolving, argument: Any, place: Place) -> str:
    delimiter, parts = _items(resolver, argument, 2, place)
    resolved = _list(resolver, parts, (*place, 1))
    return str(delimiter).join(_text_of(resolver, part, place) for part in resolved)


def _select(resolver: Resolving, argument: Any, place: Place) -> Any:
    index, parts = _items(resolver, argument, 2, place)
    number, resolved = resolver.text(index, place), _list(resolver, parts, (*place, 1))
    if not number.isdigit() or int(number) >= len(resolved):
        raise resolver.template.error(place, f"item {number} of {len(resolved)}, counted from 0, is not there")
    return resolved[int(number)]


def _split(resolver: Resolving, argument: Any, place: Place) -> list[str]:
    delimiter, text = _items(resolver, argument, 2, place)
    return resolver.text(text, (*place, 1)).split(resolver.text(delimiter, (*place, 0)))


def _if(resolver: Resolving, argument: Any, place: Place) -> Any:
    condition, then, otherwise = _items(resolver, argument, 3, place)
    holds = resolver.holds(_name(resolver, condition, place), place)
    return resolver.value(then, (*place, 1)) if holds else resolver.value(otherwise, (*place, 2))


def _equals(resolver: Resolving, argument: Any, place: Place) -> bool:
    left, right = (resolver.value(side, place) for side in _items(resolver, argument, 2, place))
    return (scalar_text(left) or left) == (scalar_text(right) or right)


def _and(resolver: Resolving, argument: Any, place: Place) -> bool:
    return all(resolver.truth(each, place) for each in _conditions(resolver, argument, place))


def _or(resolver: Resolving, argument: Any, place: Place) -> bool:
    return any(resolver.truth(each, place) for each in _conditions(resolver, argument, place))


def _not(resolver: Resolving, argument: Any, place: Place) -> bool:
    return not resolver.truth(_items(resolver, argument, 1, place)[0], place)


def _find_in_map(resolver: Resolving, argument: Any, place: Place) -> Any:
    found: Any = resolver.template.mappings
    for key in _items(resolver, argument, 3, place):
        name = resolver.text(key, place)
        if not isinstance(found, Mapping) or name not in found:
            raise resolver.template.error(place, f"Fn::FindInMap finds no {name} in the mappings")
        found = found[name]
    return found


def _base64(resolver: Resolving, argument: Any, place: Place) -> str:
    return base64.b64encode(resolver.text(argument, place).encode()).decode()


def _get_azs(resolver: Resolving, argument: Any, place: Place) -> list[str]:
    region = resolver.text(argument, place) or resolver.text({"Ref": "AWS::Region"}, place)
    return [f"{region}{zone}" for zone in "abc"]


def _import_value(resolver: Resolving, argument: Any, place: Place) -> Any:
    raise resolver.template.error(
        place,
        f"Fn::ImportValue of {argument}: stacks find each other by SSM parameters, not by exports;"
        " take an AWS::SSM::Parameter::Value<String> parameter or {{resolve:ssm:…}}",
    )


FUNCTIONS: Final[Mapping[str, Callable[[Resolving, Any, Place], Any]]] = {
    "Ref": _ref,
    "Fn::And": _and,
    "Fn::Base64": _base64,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Not": _not,
    "Fn::Or": _or,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}


def _items(resolver: Resolving, argument: Any, count: int, place: Place) -> list[Any]:
    if isinstance(argument, list) and len(argument) == count:
        return argument
    raise resolver.template.error(place, f"{place[-1]} takes a list of {count}, not {argument!r}")


def _conditions(resolver: Resolving, argument: Any, place: Place) -> list[Any]:
    if isinstance(argument, list) and 2 <= len(argument) <= 10:  # noqa: PLR2004 - CloudFormation's bounds
        return argument
    raise resolver.template.error(place, f"{place[-1]} takes a list of 2 to 10 conditions")


def _list(resolver: Resolving, argument: Any, place: Place) -> list[Any]:
    resolved = resolver.value(argument, place)
    if isinstance(resolved, list):
        return resolved
    raise resolver.template.error(place, f"a list is needed here, not {resolved!r}")


def _name(resolver: Resolving, argument: Any, place: Place) -> str:
    if isinstance(argument, str):
        return argument
    raise resolver.template.error(place, f"{place[-1]} takes a name, not {argument!r}")


def _text_of(resolver: Resolving, value: Any, place: Place) -> str:
    text = scalar_text(value)
    if text is None:
        raise resolver.template.error(place, f"{place[-1]} puts strings together, and {value!r} is none")
    return text
