"""The values that a request gives a template's parameters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bus.local.cloudformation.errors import validation
from bus.topology import Template
from bus.topology.parameters import Parameter


def given(entries: Sequence[Mapping[str, Any]], previous: Template | None) -> dict[str, str]:
    """What `Parameters` says, by key; `previous` is the stack's template, for UsePreviousValue. Raises AwsError."""
    return {entry["ParameterKey"]: _given(entry, previous) for entry in entries if "ParameterKey" in entry}


def _given(entry: Mapping[str, Any], previous: Template | None) -> str:
    key, value = entry["ParameterKey"], entry.get("ParameterValue")
    wrong = f"Invalid input for parameter key {key}. "
    if not entry.get("UsePreviousValue"):
        if value is None:
            raise validation(f"{wrong}Need to specify either usePreviousValue as true or a value for a parameter")
        return str(value)
    if value is not None:
        raise validation(f"{wrong}Cannot specify usePreviousValue as true and non empty value for a parameter")
    if previous is None or key not in previous.parameters:
        raise validation(
            f"{wrong}Cannot specify usePreviousValue as true for a parameter key not in the previous template"
        )
    written = previous.parameters[key].written(previous.given.get(key))
    return "" if written is None else written


def check(template: Template) -> None:
    """Raises AwsError for a value that is missing, too many, or none that its parameter takes."""
    parameters, values = template.parameters, template.given
    if unknown := [name for name in values if name not in parameters]:
        raise validation(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, parameter in parameters.items() if parameter.written(values.get(name)) is None]
    if missing:
        raise validation(f"Parameters: [{', '.join(missing)}] must have values")
    for name, parameter in parameters.items():
        for problem in _problems(parameter, str(parameter.written(values.get(name)))):
            described = parameter.definition.get("ConstraintDescription")
            told = f"Parameter {name} failed to satisfy constraint: {described}" if described else problem
            raise validation(told)


def _problems(parameter: Parameter, text: str) -> Iterator[str]:
    definition, what = parameter.definition, f"Parameter '{parameter.name}' must"
    allowed = definition.get("AllowedValues")
    if allowed is not None and text not in [str(one).lower() if isinstance(one, bool) else str(one) for one in allowed]:
        yield f"{what} be one of AllowedValues"
    pattern = definition.get("AllowedPattern")
    if pattern is not None and re.fullmatch(pattern, text) is None:
        yield f"{what} match pattern {pattern}"
    if len(text) < int(definition.get("MinLength", 0)):
        yield f"{what} contain at least {definition['MinLength']} characters"
    if "MaxLength" in definition and len(text) > int(definition["MaxLength"]):
        yield f"{what} contain at most {definition['MaxLength']} characters"
    if parameter.type == "Number":
        yield from _numeric_problems(definition, what, text)


def _numeric_problems(definition: Mapping[str, Any], what: str, text: str) -> Iterator[str]:
    try:
        number = float(text)
    except ValueError:
        yield f"{what} be a number"
        return
    if "MinValue" in definition and number < float(definition["MinValue"]):
        yield f"{what} be a number not less than {definition['MinValue']}"
    if "MaxValue" in definition and number > float(definition["MaxValue"]):
        yield f"{what} be a number not greater than {definition['MaxValue']}"
