"""Properties of templates, of the shape that they must have."""

from collections.abc import Mapping
from typing import Any

from bus.patterns.wording import value_text


class MisshapenError(Exception):
    """A property is not what it must be."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        self.name, self.value, self.wanted = name, value, wanted
        super().__init__(f"{name} is {value_text(value)}; {wanted} is needed")


def mapping_at(around: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping of that name, empty where there is none. Raises MisshapenError."""
    value = around.get(name, {})
    if not isinstance(value, Mapping):
        raise MisshapenError(name, value, "a mapping")
    return value


def mappings_at(around: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The list of mappings of that name, empty where there is none. Raises MisshapenError."""
    values = around.get(name, [])
    if not isinstance(values, list):
        raise MisshapenError(name, values, "a list")
    for index, value in enumerate(values):
        if not isinstance(value, Mapping):
            raise MisshapenError(f"{name}[{index}]", value, "a mapping")
    return values


def whole_at(around: Mapping[str, Any], name: str, otherwise: int) -> int:
    """The whole number of that name, `otherwise` where there is none. Raises MisshapenError."""
    value = around.get(name, otherwise)
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise MisshapenError(name, value, "a whole number") from error
