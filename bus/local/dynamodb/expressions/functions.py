"""The functions of conditions: attribute_exists, begins_with, contains and their kind."""

from collections.abc import Callable

from bus.local.dynamodb.attributes import TYPES, AttributeValue, Item
from bus.local.dynamodb.expressions.compiled import Values
from bus.local.dynamodb.expressions.operands import Operand, operand, require
from bus.local.dynamodb.expressions.tokens import Tokens

Test = Callable[[Item, Values], bool]


def function(tokens: Tokens) -> Test:
    """Parse a call of a function that is a condition by itself."""
    name = tokens.take().text
    if name not in _FUNCTIONS:
        raise tokens.refused(f"Invalid function name; function: {name}")
    make, arity = _FUNCTIONS[name]
    tokens.expect("(")
    arguments = [operand(tokens)]
    while tokens.accept(","):
        arguments.append(operand(tokens))
    tokens.expect(")")
    if len(arguments) != arity:
        raise tokens.refused(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {name}, number of operands: {len(arguments)}"
        )
    if name.startswith("attribute") and arguments[0].path is None:
        raise tokens.refused(f"Operator or function requires a document path; operator or function: {name}")
    return make(tokens, arguments)


def _exists(_: Tokens, arguments: list[Operand]) -> Test:
    read = arguments[0].read
    return lambda item, values: read(item, values) is not None


def _not_exists(_: Tokens, arguments: list[Operand]) -> Test:
    read = arguments[0].read
    return lambda item, values: read(item, values) is None


def _type(tokens: Tokens, arguments: list[Operand]) -> Test:
    read, wanted = arguments[0].read, arguments[1]
    name = wanted.value
    if name is None:
        raise tokens.refused(
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: path"
        )

    def check(values: Values) -> None:
        kind = values[name]["S"]
        if kind not in TYPES:
            raise tokens.refused(f"Invalid attribute type name found; type: {kind}, valid types: {{{','.join(TYPES)}}}")

    require(tokens, "attribute_type", wanted, frozenset("S"))
    tokens.checks.append(check)
    return lambda item, values: values[name]["S"] in (read(item, values) or ())


def _begins_with(tokens: Tokens, arguments: list[Operand]) -> Test:
    whole, prefix = arguments
    require(tokens, "begins_with", prefix, frozenset("SB"))

    def test(item: Item, values: Values) -> bool:
        found, start = whole.read(item, values), prefix.read(item, values)
        return any(
            found is not None
            and start is not None
            and kind in found
            and kind in start
            and found[kind].startswith(start[kind])
            for kind in ("S", "B")
        )

    return test


def _contains(_: Tokens, arguments: list[Operand]) -> Test:
    whole, part = arguments

    def test(item: Item, values: Values) -> bool:
        found, sought = whole.read(item, values), part.read(item, values)
        return found is not None and sought is not None and _holds(found, sought)

    return test


def _holds(whole: AttributeValue, part: AttributeValue) -> bool:
    """Text in text, bytes in bytes, a member in a set of its type, a value in a list."""
    ((whole_kind, content),) = whole.items()
    ((part_kind, sought),) = part.items()
    if whole_kind == "L":
        return part in content
    return whole_kind in _HOLDERS.get(part_kind, ()) and sought in content


_HOLDERS = {"S": ("S", "SS"), "B": ("B", "BS"), "N": ("NS",)}
_FUNCTIONS: dict[str, tuple[Callable[[Tokens, list[Operand]], Test], int]] = {
    "attribute_exists": (_exists, 1),
    "attribute_not_exists": (_not_exists, 1),
    "attribute_type": (_type, 2),
    "begins_with": (_begins_with, 2),
    "contains": (_contains, 2),
}
