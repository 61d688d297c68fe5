"""What a text says before it stops being JSON: AWS reads on the way, and may have refused the pattern by then."""

from typing import Any, Final

from bus.patterns.jackson.faults import JsonFaultError
from bus.patterns.jackson.tokens import END, NAME, NUMBER, STRING, Tokens

_LITERALS: Final = {"true": True, "false": False, "null": None}
_MORE = "Filter must be a single JSON object; found content after it"


class _Members(list[tuple[str, Any]]):
    """An object that is still growing."""


def salvaged(text: str) -> tuple[Any, JsonFaultError | None]:
    """The tree before the first fault, as `reading` has it; no fault where Jackson sees none.

    Text after the pattern's end is a fault since event-ruler 2.2.
    """
    tokens = Tokens(text)
    grown: list[Any] = []
    fault = None
    try:
        _grow(tokens, grown)
        if tokens.next() != END:
            fault = JsonFaultError(_MORE, tokens.offset)
    except JsonFaultError as found:
        fault = found
    return (_tree(grown[0]) if grown else None), fault


def _grow(tokens: Tokens, grown: list[Any]) -> None:
    """Read one value into `grown`, which holds as much of it as there is when a fault is met."""
    inside: list[list[Any]] = [grown]
    while (kind := tokens.next()) != END:
        is_member = kind == NAME
        if is_member:
            kind = tokens.next()
        if kind in ("}", "]"):
            inside.pop()
        else:
            value = _value(kind, tokens)
            inside[-1].append((tokens.name, value) if is_member else value)
            if isinstance(value, list):
                inside.append(value)
            elif kind == STRING:
                tokens.read()
                inside[-1][-1] = (tokens.name, tokens.text) if is_member else tokens.text
        if len(inside) == 1:
            return


def _value(kind: str, tokens: Tokens) -> Any:
    if kind == "{":
        return _Members()
    if kind == "[":
        return []
    if kind == STRING:
        return ""  # AWS looks at its kind before it has read it
    return float(tokens.text) if kind == NUMBER else _LITERALS[tokens.text]


def _tree(value: Any) -> Any:
    if isinstance(value, _Members):
        return tuple((name, _tree(each)) for name, each in value)
    return [_tree(each) for each in value] if isinstance(value, list) else value
