"""Templates: text with variables in angle brackets, some of them inside JSON strings."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bus.local.transformation.jsonpath import MISSING

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
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def as_text(value: Any) -> str:
    """A string as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)
