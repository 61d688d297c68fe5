"""A template's parameters: what they accept, and the values that they have."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FromSsm = Callable[[str], str | None]
"""The value of the SSM parameter of that name, or None when there is none."""

_SSM = re.compile(r"AWS::SSM::Parameter::Value<(?P<type>.+)>")
_TYPES = frozenset(
    {"String", "Number", "List<Number>", "List<String>", "CommaDelimitedList", "AWS::SSM::Parameter::Name"}
)
_KEYS = frozenset(
    {
        "Type",
        "Default",
        "Description",
        "AllowedValues",
        "AllowedPattern",
        "MinLength",
        "MaxLength",
        "MinValue",
        "MaxValue",
        "NoEcho",
        "ConstraintDescription",
    }
)

Value = str | int | float | list[str] | list[int | float]


class ParameterError(ValueError):
    """What is wrong with a parameter or its value; whoever knows the template says where."""


@dataclass(frozen=True)
class Parameter:
    """One parameter. `in_ssm` says that its value is the name of an SSM parameter, which holds the value."""

    name: str
    type: str
    in_ssm: bool
    definition: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, definition: Mapping[str, Any]) -> "Parameter":
        """Read a definition. Raises ParameterError."""
        if unknown := sorted(set(definition) - _KEYS):
            raise ParameterError(f"a parameter has no {unknown[0]}")
        declared = str(definition.get("Type", ""))
        in_ssm = _SSM.fullmatch(declared)
        type_ = in_ssm["type"] if in_ssm else declared
        if type_ not in _TYPES:
            raise ParameterError(
                f"the type {declared or '(none)'} is not supported; there are {', '.join(sorted(_TYPES))}"
            )
        return cls(name, type_, in_ssm is not None, definition)

    def value(self, given: str | None, ssm: FromSsm) -> Value:
        """The value, typed, from what was given for this deployment or the default. Raises ParameterError."""
        text = self.written(given)
        if text is None:
            raise ParameterError("has no default and was given no value")
        self._check(text)
        return self._typed(self._stored(text, ssm) if self.in_ssm else text)

    def written(self, given: str | None) -> str | None:
        """What was given, or else the default, as a template writes it."""
        text = self.definition.get("Default") if given is None else given
        return None if text is None else _written(text)

    def _stored(self, name: str, ssm: FromSsm) -> str:
        value = ssm(name)
        if value is None:
            raise ParameterError(f"the SSM parameter {name} does not exist; deploy the stack that makes it first")
        return value

    def _typed(self, text: str) -> Value:
        if self.type == "Number":
            return _number(text)
        if self.type == "List<Number>":
            return [_number(part) for part in text.split(",")]
        if self.type in ("CommaDelimitedList", "List<String>"):
            return [part.strip() for part in text.split(",")]
        return text

    def _check(self, text: str) -> None:
        allowed = self.definition.get("AllowedValues")
        if allowed is not None and text not in map(_written, allowed):
            raise ParameterError(f"{text!r} is none of the allowed {', '.join(map(_written, allowed))}")
        pattern = self.definition.get("AllowedPattern")
        if pattern is not None and re.fullmatch(pattern, text) is None:
            raise ParameterError(f"{text!r} does not match {pattern}")
        self._check_bound("Length", len(text))
        if self.type == "Number":
            self._check_bound("Value", _number(text))

    def _check_bound(self, what: str, found: float) -> None:
        least, most = self.definition.get(f"Min{what}"), self.definition.get(f"Max{what}")
        if least is not None and found < float(least):
            raise ParameterError(f"{found} is below Min{what} {least}")
        if most is not None and found > float(most):
            raise ParameterError(f"{found} is above Max{what} {most}")


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError as error:
        raise ParameterError(f"{text!r} is no number") from error
