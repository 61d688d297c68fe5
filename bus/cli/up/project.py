"""Which project a command is about."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

PROJECT = Path(__file__).parents[3]

project_option: Callable[[Any], Any] = click.option(
    "--project",
    default=PROJECT,
    show_default="this one",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Whose platform: its templates are below this directory, and its state in .omnibus/.",
)


def running_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `running`, the platform of the project. Without one, it ends with a sentence."""

    @wraps(command)
    def with_running(*args: Any, project: Path, **options: Any) -> Any:
        from bus.cli.up.running import Running  # noqa: PLC0415 - `bus up` asks nobody

        return command(*args, running=Running(project), **options)

    chosen: Callable[..., Any] = project_option(with_running)
    return chosen
