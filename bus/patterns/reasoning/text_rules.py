"""Conditions on one text: of a pattern's field, or of a schema's `pattern` or `format`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bus.patterns.accepting import accepts
from bus.patterns.leaf import Leaf
from bus.patterns.reasoning.automaton import Automaton
from bus.patterns.reasoning.ecma import NotRegularError, found_anywhere
from bus.patterns.reasoning.expressions import Either, Expression, Framed, expression_of, literal, one_of
from bus.patterns.reasoning.formats import FORMATS
from bus.patterns.reasoning.networks import SHORT_ENOUGH, V4, first_literals, v4_literals
from bus.patterns.reasoning.validating import text_validity
from bus.patterns.terms import AnythingBut, Cidr, EqualsIgnoreCase, Prefix, Present, Suffix, Wildcard


@dataclass(frozen=True)
class Part:
    """Texts of all expressions or, where `inside` is false, all others."""

    expressions: tuple[Expression | Framed, ...]
    inside: bool = True

    @cached_property
    def automata(self) -> tuple[Automaton, ...]:
        """One for each expression. Raises TooLargeError."""
        return tuple(map(Automaton, self.expressions))


@dataclass(frozen=True)
class TextRule:
    """Texts that lie in one of `parts` or `networks`, as far as automata can tell; `holds` knows exactly.

    `parts` is None where no automaton reads the condition, for the reason `unread`; of a schema they may
    hold more than the condition, and `inner` are texts that surely satisfy it. `texts` are all that
    satisfy it, where they are few and known; `guesses` are worth trying first.
    """

    holds: Callable[[str], bool]
    parts: tuple[Part, ...] | None
    networks: tuple[Cidr, ...] = ()
    texts: frozenset[str] | None = None
    guesses: tuple[str, ...] = ()
    inner: Part | None = None
    unread: str = ""


@lru_cache(maxsize=4096)
def field_rule(leaf: Leaf) -> TextRule:
    """What a field of a pattern accepts of texts."""
    parts, networks, guesses = [], [], sorted(leaf.texts)
    inside = [one_of(leaf.texts)] if leaf.texts else []
    for term in leaf.terms:
        match term:
            case Prefix() | Suffix() | EqualsIgnoreCase():
                inside.append(expression_of(term))
                guesses.append(term.text)
            case Wildcard():
                inside.append(expression_of(term))
                guesses.append("".join(term.pieces))
            case AnythingBut():
                parts.append(Part((_excluded(term),), inside=False))
            case Present():
                parts.append(Part((literal("") if term.filled else Either(),), inside=False))
            case Cidr():
                networks.append(term)
                guesses += first_literals(term)
    texts = leaf.texts if len(inside) == bool(leaf.texts) and not (parts or networks) else None
    literals = [v4_literals(network) for network in networks if network.version == V4]
    parts += [Part((Either(tuple(literals)), SHORT_ENOUGH))] if literals else []
    parts += [Part((Either(tuple(inside)),))] if inside else []
    return TextRule(accepts(leaf), tuple(parts), tuple(networks), texts, tuple(guesses))


@lru_cache(maxsize=1024)
def pattern_rule(source: str) -> TextRule:
    """A schema's `pattern`."""
    holds = text_validity("pattern", source)
    try:
        return TextRule(holds, (Part((found_anywhere(source),)),))
    except NotRegularError as error:
        return TextRule(holds, None, unread=f"pattern ({error})")


@lru_cache(maxsize=128)
def format_rule(name: str) -> TextRule | None:
    """A schema's `format`; None for one that validators let pass."""
    holds = text_validity("format", name)
    known = FORMATS.get(name)
    if known is None:
        return None if holds("\0 no format allows this: %%") else TextRule(holds, None, unread=f"format {name!r}")
    outer = text_validity("pattern", known.outer)
    return TextRule(
        lambda text: holds(text) and outer(text),  # jsonschema-rs 0.60 takes "20+6-03-14" for a date
        (Part((found_anywhere(known.outer),)),),
        guesses=known.examples,
        inner=Part((found_anywhere(known.inner),)),
    )


def _excluded(term: AnythingBut) -> Expression:
    texts = [value for value in term.values if isinstance(value, str)]
    return Either((*([one_of(texts)] if texts else []), *map(expression_of, term.terms)))
