"""Templates: text with variables in angle brackets, some of them inside JSON strings."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bus.transformation.jsonpath import MISSING

_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a template, and whether it stands inside a JSON string."""

    name: str
    quoted: bool


def split(template: str, variable: re.Pattern[str]) -> list[str | Variable]:
    """The texts and variables of a template in turn; `variable` matches one, its name in its first group."""
    pieces: list[str | Variable] = []
    end, inside = 0, False
    for match in variable.finditer(template):
        text = template[end : match.start()]
        inside ^= len(_QUOTE.findall(text)) % 2 == 1
        pieces += [text, Variable(match[1], inside)]
        end = match.end()
    return [*pieces, template[end:]]


def written(value: Any, *, quoted: bool) -> str:
    """A variable's text: in a string as it is, without escapes and inner quotes; bare as JSON; missing as empty."""
    if value is MISSING:
        return "" if quoted else '""'
    if not quoted:
        return as_json(value)
    return value if isinstance(value, str) else as_json(value).replace('"', "")


def as_json(value: Any) -> str:
    """JSON as EventBridge writes it."""
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:  # a detail may have 1,000 levels, and the stack has the caller's besides
        return "".join(_pieces(value))


def _pieces(value: Any) -> Iterator[str]:
    """The same level by level, in no depth of calls."""
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, _Text):
            yield one
        elif isinstance(one, dict) and one:
            members = [[_Text(as_json(key) + ":"), each] for key, each in one.items()]
            todo += reversed(_joined("{", members, "}"))
        elif isinstance(one, list) and one:
            todo += reversed(_joined("[", [[each] for each in one], "]"))
        else:
            yield as_json(one)


class _Text(str):
    """A piece that is written as it is."""

    __slots__ = ()


def _joined(begin: str, members: list[list[Any]], end: str) -> list[Any]:
    first, *others = members
    return [_Text(begin), *first, *(piece for member in others for piece in (_Text(","), *member)), _Text(end)]


def as_text(value: Any) -> str:
    """A string as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)
