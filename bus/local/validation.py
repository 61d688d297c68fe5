"""Says quickly whether a call's parameters are faultless; botocore's validator says what is wrong with others.

botocore's validator asks a shape everything anew for every value: measured, 1.2 s of the 15 s that 1,000 orders
took. Here a shape becomes a function once, and each of its members when it is first seen, for most never are.
`passes` is sound, not complete: what it passes botocore passes too (`tests/local/test_validation.py` compares
them), while what it does not pass may still be right, and is for botocore to judge and report on.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import is_json_value_header
from botocore.validate import ParamValidator

Check = Callable[[Any], bool]

_BOTOCORE = ParamValidator()
_checks: WeakKeyDictionary[OperationModel, Check] = WeakKeyDictionary()


def validate(model: OperationModel, params: dict[str, Any]) -> None:
    """Raises ParamValidationError with every fault of `params`, exactly as a call over HTTP would."""
    if model.input_shape is None or passes(model, params):
        return
    report = _BOTOCORE.validate(params, model.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def passes(model: OperationModel, params: dict[str, Any]) -> bool:
    """Whether `params` are known to be faultless; False says nothing."""
    check = _checks.get(model)
    if check is None:
        check = _checks[model] = _compile(model.input_shape)
    return check(params)


def _compile(shape: Shape | None) -> Check:
    if shape is None or is_json_value_header(shape):
        return _unsure
    compile_ = _COMPILERS.get(shape.type_name)
    return _unsure if compile_ is None else compile_(shape)


def _unsure(_: object) -> bool:
    return False


class _Members(dict[str, Check]):
    """The checks of a structure's members, each made when it is first asked for, so shapes may hold themselves."""

    def __init__(self, shape: StructureShape) -> None:
        super().__init__()
        self._shape = shape

    def __missing__(self, name: str) -> Check:
        member = self._shape.members.get(name)
        if member is None:
            return _unsure
        check = self[name] = _compile(member)
        return check


def _structure(shape: StructureShape) -> Check:
    if shape.is_document_type:
        return _unsure
    required, members = shape.required_members, _Members(shape)

    def check(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        for name in required:
            if name not in value:
                return False
        # A plain loop: all() over a generator costs twice as much, and this runs for each value of each item.
        for name, member in value.items():  # noqa: SIM110 - as above
            if not members[name](member):
                return False
        return True

    if shape.is_tagged_union:
        return lambda value: check(value) and len(value) == 1
    return check


class _Later:
    """The check of a shape that may hold the one being compiled: made when it is first asked for."""

    __slots__ = ("_shape", "check")

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self.check: Check = self._first

    def _first(self, value: Any) -> bool:
        self.check = _compile(self._shape)
        return self.check(value)


def _list(shape: ListShape) -> Check:
    least, member = _least(shape) or 0, _Later(shape.member)
    return lambda value: isinstance(value, list | tuple) and len(value) >= least and all(map(member.check, value))


def _map(shape: MapShape) -> Check:
    key, member = _Later(shape.key), _Later(shape.value)
    return lambda value: (
        isinstance(value, dict) and all(map(key.check, value)) and all(map(member.check, value.values()))
    )


def _string(shape: Shape) -> Check:
    least = _least(shape)
    if least is None:
        return lambda value: isinstance(value, str)
    return lambda value: isinstance(value, str) and len(value) >= least


def _number(*types: type) -> Callable[[Shape], Check]:
    def compile_number(shape: Shape) -> Check:
        least = _least(shape)
        if least is None:
            return lambda value: isinstance(value, types)
        return lambda value: isinstance(value, types) and bool(value >= least)  # type: ignore[operator]  # all are numbers

    return compile_number


def _instance(*types: type) -> Callable[[Shape], Check]:
    return lambda _: lambda value: isinstance(value, types)


def _least(shape: Shape) -> float | None:
    # What becomes part of a host name has at least one character, whatever its shape says (botocore, range_check).
    implied = 1 if shape.serialization.get("hostLabel") else None
    least: float | None = shape.metadata.get("min", implied)
    return least


_COMPILERS: dict[str, Callable[[Any], Check]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _number(int),
    "long": _number(int),
    "float": _number(float, Decimal, int),
    "double": _number(float, Decimal, int),
    "boolean": _instance(bool),
    "blob": _instance(bytes, bytearray, str),
    "timestamp": _instance(datetime),
}
