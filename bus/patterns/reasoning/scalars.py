"""A scalar that fits a shape and what patterns ask of one place."""

from collections.abc import Sequence

from bus.patterns.accepting import accepts
from bus.patterns.leaf import Leaf
from bus.patterns.reasoning.intervals import both, member, numbers_of, outside, step_of
from bus.patterns.reasoning.outcomes import Empty, Found, Outcome, Unknown
from bus.patterns.reasoning.shapes import Shape
from bus.patterns.reasoning.text_rules import field_rule
from bus.patterns.reasoning.texts import text_of
from bus.patterns.reasoning.work import Work

_PLAIN_TEXTS = ("some text", "x")
_LITERALS: tuple[tuple[str, bool | None], ...] = (("boolean", True), ("boolean", False), ("null", None))


def scalar(shape: Shape, wants: Sequence[Leaf], bans: Sequence[Leaf], guesses: Sequence[object], work: Work) -> Outcome:
    """A text, number, boolean or null that fits; `guesses` are tried first."""
    for guess in guesses:
        if not isinstance(guess, (dict, list)) and shape.accepts(guess) and _fits(guess, wants, bans):
            return Found(guess)
    texts = [guess for guess in guesses if isinstance(guess, str)]
    found: Outcome = _text(shape, wants, bans, texts, work) if "string" in shape.kinds else Empty()
    if not isinstance(found, Found) and "number" in shape.kinds:
        found = _either(found, _number(shape, wants, bans))
    for kind, literal in _LITERALS:
        if not isinstance(found, Found) and kind in shape.kinds and _fits(literal, wants, bans):
            found = Found(literal)
    return found


def _fits(value: object, wants: Sequence[Leaf], bans: Sequence[Leaf]) -> bool:
    return all(accepts(want)(value) for want in wants) and not any(accepts(ban)(value) for ban in bans)


def _text(shape: Shape, wants: Sequence[Leaf], bans: Sequence[Leaf], guesses: Sequence[str], work: Work) -> Outcome:
    rules = [(field_rule(want), True) for want in wants] + [(rule, True) for rule in shape.text_rules]
    rules += [(field_rule(ban), False) for ban in bans]
    least, most = shape.length
    return text_of(rules, work, least=least, most=most, guesses=(*guesses, *_PLAIN_TEXTS))


def _number(shape: Shape, wants: Sequence[Leaf], bans: Sequence[Leaf]) -> Outcome:
    left = shape.numbers
    for want in wants:
        left = both(left, numbers_of(want))
    for ban in bans:
        left = both(left, outside(numbers_of(ban)))
    number = member(left, step_of(shape.steps))
    if number is None:
        return Empty()
    return Found(number) if _fits(number, wants, bans) else Unknown(f"{number!r} is too near to a bound")


def _either(one: Outcome, other: Outcome) -> Outcome:
    return one if isinstance(one, Unknown) and not isinstance(other, Found) else other
