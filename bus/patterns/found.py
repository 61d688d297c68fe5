"""What an event has where a field accepts something else, and why that will not do."""

import json
import re
from dataclasses import replace
from typing import Any

from bus.patterns.accepting import accepts
from bus.patterns.arrays import flat
from bus.patterns.leaf import Leaf
from bus.patterns.terms import AnythingBut, Cidr, EqualsIgnoreCase, Numeric, Prefix, Present, Suffix, Term, Wildcard
from bus.patterns.wording import number_text, value_text

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_LITERALS = {"true": True, "false": False, "null": None}
_ON_TEXT = (Prefix, Suffix, EqualsIgnoreCase, Wildcard)


class Found:
    """Puts into words what one field of an event has: the value, and what is easily overlooked about it.

    `limit` is the dialect's `number_limit`.
    """

    def __init__(self, leaf: Leaf, limit: float) -> None:
        # "anything-but" accepts all that is near: it needs no hints, and would give false ones.
        terms = tuple(term for term in leaf.terms if not isinstance(term, AnythingBut))
        self._accepted = accepts(replace(leaf, terms=terms))
        self._accepted_in_lower_case = accepts(_lower(leaf))
        self._wants_values = any(isinstance(term, Present) for term in terms)
        self._wants_range = any(isinstance(term, Numeric) for term in terms)
        self._wants_text = _wants_text(leaf)
        self._wants_number = _wants_number(leaf)
        self._limit = limit

    def in_words(self, value: Any) -> str:
        """A value that the field does not accept: `"250" (text, not a number)`."""
        if not isinstance(value, list):
            hint = self._hint(value)
            return f"{value_text(value)} ({hint.removeprefix('is ')})" if hint else value_text(value)
        for element in flat(value):
            if hint := self._hint(element):
                return f"{value_text(value)} ({value_text(element)} {hint})"
        return value_text(value)

    def _hint(self, value: Any) -> str:
        if isinstance(value, str):
            return self._hint_on_text(value)
        if isinstance(value, dict):
            return "is no value" if self._wants_values else ""
        text = value_text(value)
        if value is None or isinstance(value, bool):
            return f"is not the text {json.dumps(text)}" if self._accepted(text) else ""
        if self._accepted(text) or self._wants_text:
            return "is a number, not text"
        if self._wants_range and abs(value) > self._limit:
            return f"is beyond {number_text(self._limit)}, where numbers are not compared"
        return ""

    def _hint_on_text(self, text: str) -> str:
        if self._wants_number or (_NUMBER.fullmatch(text) and self._accepted(float(text))):
            return "is text, not a number"
        if text in _LITERALS and self._accepted(_LITERALS[text]):
            return f"is text, not {text}"
        if text != text.strip() and self._accepted(text.strip()):
            return "has spaces around it"
        return "differs only in case" if self._accepted_in_lower_case(text.lower()) else ""


def _wants_text(leaf: Leaf) -> bool:
    """Whether nothing but text will do."""
    others = leaf.numbers or leaf.literals or any(not isinstance(term, (*_ON_TEXT, Cidr)) for term in leaf.terms)
    return not others and bool(leaf.texts or leaf.terms)


def _wants_number(leaf: Leaf) -> bool:
    """Whether nothing but a number will do."""
    others = leaf.texts or leaf.literals or any(not isinstance(term, Numeric) for term in leaf.terms)
    return not others and bool(leaf.numbers or leaf.terms)


def _lower(leaf: Leaf) -> Leaf:
    """What accepts a text in lower case when only the case of it kept `leaf` from doing so."""
    terms = tuple(_lower_term(term) for term in leaf.terms if isinstance(term, _ON_TEXT))
    return Leaf(frozenset(text.lower() for text in leaf.texts), terms=terms)


def _lower_term(term: Prefix | Suffix | EqualsIgnoreCase | Wildcard) -> Term:
    if isinstance(term, Wildcard):
        return Wildcard(term.text.lower(), tuple(piece.lower() for piece in term.pieces))
    return replace(term, text=term.text.lower())
