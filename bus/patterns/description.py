"""A pattern in English."""

from collections.abc import Sequence

from bus.patterns.dialects import RULES, Dialect
from bus.patterns.english import leaf_in_words
from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path
from bus.patterns.terms import Present
from bus.patterns.wording import every, place_text

_SHORT = 3  # fields that a sentence holds
_MOST_BRANCHES = 20


def describe(branches: Sequence[Branch], dialect: Dialect = RULES, noun: str = "Events") -> str:
    """One sentence, or a list of several lines for a pattern of many fields or with `$or`.

    `noun` names what the pattern is about, in the plural and with a capital letter.
    """
    limit = dialect.number_limit
    if len(branches) == 1 and len(branches[0]) <= _SHORT:
        return f"{noun} {_sentence(branches[0], limit)}."
    common = {path: leaf for path, leaf in branches[0].items() if all(each.get(path) == leaf for each in branches)}
    lines = [f"  {_clause(path, leaf, limit)}" for path, leaf in common.items()]
    if len(branches) == 1:
        return "\n".join((f"{noun} for which all of this holds:", *lines))
    choices = [_choice(branch, common, limit) for branch in branches]
    choices = list(dict.fromkeys(choices))
    shown = [f"  {number}. {choice}" for number, choice in enumerate(choices[:_MOST_BRANCHES], 1)]
    if len(choices) > len(shown):
        shown.append(f"  … and {len(choices) - len(shown):,} more")
    if not lines:
        return "\n".join((f"{noun} for which one of these holds:", *shown))
    return "\n".join((f"{noun} for which all of this holds:", *lines, "and one of these:", *shown))


def _sentence(branch: Branch, limit: float) -> str:
    """Fields at the top are the event's own: whose. Others lie somewhere: where."""
    own = [f"whose {_clause(path, leaf, limit)}" for path, leaf in branch.items() if len(path) == 1]
    below = [_clause(path, leaf, limit) for path, leaf in branch.items() if len(path) > 1]
    parts = [*([every(own)] if own else []), *([f"where {every(below)}"] if below else [])]
    return ", ".join(parts)


def _choice(branch: Branch, common: Branch, limit: float) -> str:
    rest = [_clause(path, leaf, limit) for path, leaf in branch.items() if path not in common]
    return ", and ".join(rest) or "nothing more"


def _clause(path: Path, leaf: Leaf, limit: float) -> str:
    name, words = place_text(path), leaf_in_words(leaf, limit)
    if leaf == Leaf(terms=(Present(),)):
        return f"{name} is present"
    if leaf.absent:
        return f"{name} is absent or is {words}" if words else f"{name} is absent"
    return f"{name} is {words}"
