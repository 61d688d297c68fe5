"""What the commands exit with: 1 is an answer of theirs, which no accident may give."""

import errno
import os
import sys
import traceback
from typing import Any

import click

_INTERRUPTED = 130  # as shells have it


class AnsweringGroup(click.Group):
    """A group whose commands exit with 1 only when they say so: Python exits with 1 for whatever goes wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except KeyboardInterrupt as error:
            raise SystemExit(_INTERRUPTED) from error
        except SystemExit as error:  # Rich's, when whoever read along has gone; the commands' own is click's Exit
            raise SystemExit(2) from error
        except OSError as error:
            if error.errno != errno.EPIPE:
                raise _accident(error) from error
            # The same, met by click. What is still buffered would be written at exit, and fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(2) from error
        except Exception as error:
            raise _accident(error) from error


def _accident(error: Exception) -> SystemExit:
    """What went wrong in the command itself, with the trace that a report of it needs."""
    traceback.print_exception(error)
    return SystemExit(2)
