"""What cannot be used, in one sentence."""

import click

from bus.patterns import InvalidPatternError
from bus.patterns.wording import place_text


class UnusableError(click.ClickException):
    """A pattern, an event or a template that cannot be read: nothing was tried, which an exit code of 1 would hide."""

    exit_code = 2


def invalid(name: str, error: InvalidPatternError) -> UnusableError:
    """That the pattern of that name is invalid: the service's words in one line, with the place in front of them."""
    if error.line is not None:
        where = f"{name}:{error.line}:{error.column}"
    else:
        where = f"{name} at {place_text(error.place)}" if error.place else name
    return UnusableError(f"{where}: {' '.join(f'{error.prefix}{error.reason}'.split())}")
