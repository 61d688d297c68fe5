"""Regular expressions as data: what every text operator of the language, `pattern` and `format` come down to."""

from collections.abc import Iterable
from dataclasses import dataclass

from bus.patterns.reasoning.charsets import EVERY, Chars, these
from bus.patterns.terms import EqualsIgnoreCase, Prefix, Suffix, Wildcard


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    chars: Chars


@dataclass(frozen=True, slots=True)
class Chain:
    """One after the other; of no parts, the empty text."""

    parts: "tuple[Expression, ...]" = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of these; of no parts, nothing at all."""

    parts: "tuple[Expression, ...]" = ()


@dataclass(frozen=True, slots=True)
class Repeated:
    """From `least` to `most` times; without end where `most` is None."""

    part: "Expression"
    least: int
    most: int | None


Expression = One | Chain | Either | Repeated


@dataclass(frozen=True, slots=True)
class Framed:
    """An expression that reads START and END, which stand around every text, itself."""

    part: Expression


ANYTHING = Repeated(One(EVERY), 0, None)


def literal(text: str) -> Chain:
    """The text itself."""
    return Chain(tuple(One(these(char)) for char in text))


def one_of(texts: Iterable[str]) -> Expression:
    """A finite set, as the tree of what its texts begin with: a state for each beginning, not for each text."""
    below: dict[str, list[str]] = {}
    ended = False
    for text in texts:
        if text:
            below.setdefault(text[0], []).append(text[1:])
        else:
            ended = True
    parts: list[Expression] = [Chain()] if ended else []
    for char, rests in below.items():
        rest = literal(rests[0]) if len(rests) == 1 else one_of(rests)
        parts.append(Chain((One(these(char)), rest)))
    return Either(tuple(parts))


def expression_of(term: Prefix | Suffix | EqualsIgnoreCase | Wildcard) -> Expression:
    """The texts that satisfy a term."""
    match term:
        case Prefix():
            return Chain((_text(term.text, ignore_case=term.ignore_case), ANYTHING))
        case Suffix():
            return Chain((ANYTHING, _text(term.text, ignore_case=term.ignore_case)))
        case EqualsIgnoreCase():
            return _text(term.text, ignore_case=True)
    parts: list[Expression] = [literal(term.pieces[0])]
    for piece in term.pieces[1:]:
        parts += [ANYTHING, literal(piece)]
    return Chain(tuple(parts))


def _text(text: str, *, ignore_case: bool) -> Expression:
    if not ignore_case:
        return literal(text)
    # A character's other case may be several characters, as of "ß".
    return Chain(tuple(Either((literal(char.lower()), literal(char.upper()))) for char in text))
