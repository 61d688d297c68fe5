"""Colours, in a terminal that has them."""

import os
import sys
from typing import TextIO

import click

COLOURS: dict[str, dict[str, object]] = {
    "good": {"fg": "green"},
    "waiting": {"fg": "yellow"},
    "bad": {"fg": "red", "bold": True},
    "faint": {"dim": True},
    "strong": {"bold": True},
    "address": {"fg": "cyan", "bold": True},
    "events": {"fg": "magenta"},
    "sqs": {"fg": "cyan"},
    "sns": {"fg": "blue"},
    "lambda": {"fg": "bright_yellow"},
    "pipes": {"fg": "bright_magenta"},
    "apigatewayv2": {"fg": "bright_blue"},
    "firehose": {"fg": "bright_cyan"},
    "kinesis": {"fg": "bright_cyan"},
    "outside": {"fg": "bright_green"},
}


class Paint:
    """Gives text one of COLOURS where `coloured`, and leaves it alone elsewhere."""

    def __init__(self, *, coloured: bool) -> None:
        self.coloured = coloured

    def __call__(self, text: str, colour: str) -> str:
        how = COLOURS.get(colour)
        return click.style(text, **how) if self.coloured and how and text else text  # type: ignore[arg-type]  # names of COLOURS


def paint_for(stream: TextIO = sys.stdout) -> Paint:
    """Coloured in a terminal, unless NO_COLOR is set; FORCE_COLOR colours everything (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return Paint(coloured=False)
    forced = os.environ.get("FORCE_COLOR") not in {None, "", "0"}
    return Paint(coloured=forced or (stream.isatty() and os.environ.get("TERM") != "dumb"))
