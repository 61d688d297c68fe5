"""Which pattern a word of the command line means."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import click

from bus.cli.rules.errors import UnusableError, invalid
from bus.cli.rules.listeners import Listener, read_listeners, why_none
from bus.cli.rules.reading import STDIN, is_json, named, read_text
from bus.patterns import RULES, Dialect, InvalidPatternError, Pattern, compile_pattern

_LONGEST = 80  # characters of a word, in an error about it


@dataclass(frozen=True)
class Choice:
    """A pattern, and whose it is where the templates have it."""

    pattern: Pattern
    listener: Listener | None = None


def chosen(word: str, project: Path, dialect: Dialect | None) -> Choice:
    """Of a pattern as it is, "-", a file, or a listener of the templates.

    Raises UnusableError, and UsageError for a dialect that is not the one of the listener.
    """
    if is_json(word) or word == STDIN or word.endswith(".json") or _is_file(word):
        return Choice(_compiled(named(word, "the pattern"), read_text(word), dialect))
    listener = _listener(word, project)
    reads = listener.pattern.dialect
    if dialect not in (None, reads):
        what = f"{listener.name} is a {listener.kind}, whose pattern is read as {reads.name}"
        raise click.UsageError(f"{what}: leave out --dialect, which is for patterns that no template has")
    return Choice(listener.pattern, listener)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # it is too long for a file's name
        return False


def _compiled(name: str, text: str, dialect: Dialect | None) -> Pattern:
    try:
        return compile_pattern(text, dialect or RULES)
    except InvalidPatternError as error:
        raise invalid(name, error) from error


def _listener(word: str, project: Path) -> Listener:
    listeners = read_listeners(project)
    found = [each for each in listeners if word in (each.name, each.logical_id, each.deployed_as)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnusableError(f"{word} is several: {', '.join(each.name for each in found)}; say which")
    if not listeners:
        raise UnusableError(f"{_no_pattern(word)}, and {why_none(project)}")
    by_word = {alias: each.name for each in listeners for alias in (each.name, each.logical_id)}
    alike = [by_word[alias] for alias in get_close_matches(word, by_word, n=1)]
    hint = f"; did you mean {alike[0]}?" if alike else "."
    names = (each.name for each in listeners)
    raise UnusableError("\n  ".join([f"{_no_pattern(word)}, and no rule of that name{hint} There are:", *names]))


def _no_pattern(word: str) -> str:
    if len(word) > _LONGEST:
        return f"there is no file {word[:_LONGEST]}… ({len(word):,} characters)"
    return f"{word} is a directory, no file" if Path(word).is_dir() else f"there is no file {word}"
