"""Which pattern a word of the command line means."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bus.cli.rules.errors import UnusableError, invalid
from bus.cli.rules.listeners import Listener, read_listeners
from bus.cli.rules.reading import STDIN, read_text
from bus.patterns import RULES, Dialect, InvalidPatternError, Pattern, compile_pattern


@dataclass(frozen=True)
class Choice:
    """A pattern, and whose it is where the templates have it."""

    pattern: Pattern
    listener: Listener | None = None


def chosen(word: str, project: Path, dialect: Dialect | None) -> Choice:
    """Of a pattern as it is, "-", a file, or a listener of the templates. Raises UnusableError."""
    if word.lstrip().startswith(("{", "[")):
        return Choice(_compiled("the pattern", word, dialect))
    if word == STDIN or word.endswith(".json") or Path(word).is_file():
        return Choice(_compiled("standard input" if word == STDIN else word, read_text(word), dialect))
    listener = _listener(word, read_listeners(project))
    return Choice(listener.pattern, listener)


def _compiled(name: str, text: str, dialect: Dialect | None) -> Pattern:
    try:
        return compile_pattern(text, dialect or RULES)
    except InvalidPatternError as error:
        raise invalid(name, error) from error


def _listener(word: str, listeners: list[Listener]) -> Listener:
    found = [each for each in listeners if word in (each.name, each.logical_id, each.deployed_as)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnusableError(f"{word} is several: {', '.join(each.name for each in found)}; say which")
    names = [each.name for each in listeners]
    by_word = {alias: each.name for each in listeners for alias in (each.name, each.logical_id)}
    alike = [by_word[alias] for alias in get_close_matches(word, by_word, n=1)]
    hint = f"; did you mean {alike[0]}?" if alike else ""
    there_are = "\n  ".join([f"there is no file {word}, and no rule of that name{hint or '.'} There are:", *names])
    raise UnusableError(there_are if names else f"there is no file {word}, and the templates have no rule")
