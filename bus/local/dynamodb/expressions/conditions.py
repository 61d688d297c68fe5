"""Condition and filter expressions.

    condition   = conjunction {"OR" conjunction}
    conjunction = negation {"AND" negation}
    negation    = "NOT" negation | "(" condition ")" | function | comparison
    comparison  = operand comparator operand
                | operand "BETWEEN" operand "AND" operand
                | operand "IN" "(" operand {"," operand} ")"

Developer guide, "Condition and filter expressions, operators, and functions".
"""

from collections.abc import Callable

from bus.local.dynamodb.attributes import Item
from bus.local.dynamodb.expressions.compiled import Values, compiler
from bus.local.dynamodb.expressions.functions import Test, function
from bus.local.dynamodb.expressions.operands import COMPARE, ORDERED_TYPES, Operand, equal, operand, require
from bus.local.dynamodb.expressions.tokens import Tokens

Condition = Callable[[Item], bool]
MOST_IN = 100


def _condition(tokens: Tokens) -> Test:
    terms = [_conjunction(tokens)]
    while tokens.accept_word("OR"):
        terms.append(_conjunction(tokens))
    if len(terms) == 1:
        return terms[0]
    return lambda item, values: any(term(item, values) for term in terms)


def _conjunction(tokens: Tokens) -> Test:
    terms = [_negation(tokens)]
    while tokens.accept_word("AND"):
        terms.append(_negation(tokens))
    if len(terms) == 1:
        return terms[0]
    return lambda item, values: all(term(item, values) for term in terms)


def _negation(tokens: Tokens) -> Test:
    if tokens.accept_word("NOT"):
        term = _negation(tokens)
        return lambda item, values: not term(item, values)
    if tokens.accept("("):
        return _group(tokens)
    if tokens.here.kind == "word" and tokens.ahead.text == "(" and tokens.here.text != "size":
        return function(tokens)
    return _comparison(tokens)


def _group(tokens: Tokens) -> Test:
    first = tokens.position
    inner = _condition(tokens)
    last = tokens.position
    tokens.expect(")")
    if tokens.group == (first, last):
        raise tokens.refused("The expression has redundant parentheses;")
    tokens.group = (first - 1, last + 1)
    return inner


def _comparison(tokens: Tokens) -> Test:
    left = operand(tokens)
    if tokens.accept_word("BETWEEN"):
        return _between(tokens, left)
    if tokens.accept_word("IN"):
        return _in(tokens, left)
    if tokens.here.text not in COMPARE:
        raise tokens.syntax_error()
    sign = tokens.take().text
    right = operand(tokens)
    if left.path is not None and left.path == right.path:
        raise tokens.refused(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {sign}, first operand: [{', '.join(map(str, left.path))}]"
        )
    if sign not in ("=", "<>"):
        require(tokens, sign, left, ORDERED_TYPES)
        require(tokens, sign, right, ORDERED_TYPES)
    compare, read_left, read_right = COMPARE[sign], left.read, right.read
    return lambda item, values: compare(read_left(item, values), read_right(item, values))


def _between(tokens: Tokens, middle: Operand) -> Test:
    low = operand(tokens)
    if not tokens.accept_word("AND"):
        raise tokens.syntax_error()
    high = operand(tokens)
    check_bounds(tokens, low, high)
    at_least, at_most = COMPARE[">="], COMPARE["<="]

    def test(item: Item, values: Values) -> bool:
        found = middle.read(item, values)
        return at_least(found, low.read(item, values)) and at_most(found, high.read(item, values))

    return test


def check_bounds(tokens: Tokens, low: Operand, high: Operand) -> None:
    """Have the request refused when the `:values` of a BETWEEN do not make a range."""
    require(tokens, "BETWEEN", low, ORDERED_TYPES)
    require(tokens, "BETWEEN", high, ORDERED_TYPES)
    if low.value is None or high.value is None:
        return
    lower, upper = low.value, high.value

    def check(values: Values) -> None:
        one, two = values[lower], values[upper]
        if one.keys() != two.keys():
            wrong = "requires same data type for lower and upper bounds"
        elif not COMPARE["<="](one, two):
            wrong = "requires upper bound to be greater than or equal to lower bound"
        else:
            return
        raise tokens.refused(
            f"The BETWEEN operator {wrong}; lower bound operand: AttributeValue: {_shown(one)}, "
            f"upper bound operand: AttributeValue: {_shown(two)}"
        )

    tokens.checks.append(check)


def _shown(value: dict[str, object]) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"


def _in(tokens: Tokens, sought: Operand) -> Test:
    tokens.expect("(")
    choices = [operand(tokens)]
    while tokens.accept(","):
        choices.append(operand(tokens))
    tokens.expect(")")
    if len(choices) > MOST_IN:
        raise tokens.refused(f"The IN operator is provided with too many operands; number of operands: {len(choices)}")

    def test(item: Item, values: Values) -> bool:
        found = sought.read(item, values)
        return any(equal(found, choice.read(item, values)) for choice in choices)

    return test


compile_condition = compiler(_condition)
