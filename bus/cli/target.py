"""Which AWS a command talks to: what is said, else a `bus up` of this project, else AWS's default chain."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from bus.cli import sessions
from bus.cli.up.project import PROJECT
from bus.local.up.places import Places
from bus.operating.account import WORKERS, Account, is_here
from bus.operating.clock import Clock, RealClock
from bus.operating.errors import OperatingError, in_one_sentence

_Command = TypeVar("_Command", bound=Callable[..., Any])
# A rule takes effect within a minute on AWS, and at once here.
_SETTLES = 60.0


class Calls:
    """How commands wait, and how many calls they make at a time; a test of a platform in process sets its own."""

    clock: Clock = RealClock()
    workers: int = WORKERS
    project: Path = PROJECT


@dataclass(frozen=True)
class Target:
    """`said` is what people are told; `settle` the seconds until a new rule is in force there; `logs` says where the
    log of a function is, with `{}` for its name.
    """

    account: Account
    said: str
    settle: float
    logs: str


def options(command: _Command) -> _Command:
    """Give a command --endpoint-url, --profile, --region and --project; it passes them to `target`."""
    for option in (
        click.option(
            "--project",
            default=lambda: Calls.project,
            show_default="this one",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Whose `bus up` to look for when nothing else is said.",
        ),
        click.option("--region", help="The AWS region."),
        click.option("--profile", help="A profile of ~/.aws/config."),
        click.option("--endpoint-url", help="Where AWS is, instead of AWS; AWS_ENDPOINT_URL says the same."),
    ):
        command = option(command)
    return command


def target(endpoint_url: str | None, profile: str | None, region: str | None, project: Path) -> Target:
    """What a command talks to; said on standard error. Raises ClickException."""
    given = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    up = None if given or profile or region else _running(project)
    endpoint = given or (up["endpoint"] if up else None)
    with readable_errors():
        session = _session(profile, region or (up["region"] if up else None), endpoint, _own_keys(up))
        account = Account(session, endpoint=endpoint, clock=Calls.clock, workers=Calls.workers)
    if up is not None:
        said = f"bus up at {endpoint}"
    elif endpoint is not None:
        said = endpoint
    else:
        said = f"AWS, {session.get_config_variable('region') or 'no region'}{f', profile {profile}' if profile else ''}"
    click.echo(f"Using {said}", err=True)
    if account.here:
        return Target(account, said, 0.0, ".omnibus/logs/{}.log")
    return Target(account, said, _SETTLES, "aws logs tail /aws/lambda/{}")


def _running(project: Path) -> dict[str, Any] | None:
    """What a running platform of the project says of itself."""
    places = Places(project.resolve())
    return places.announced() if places.announcement.is_file() else None


@contextmanager
def readable_errors() -> Iterator[None]:
    """What goes wrong with AWS is one sentence, and an exit status of 1."""
    try:
        yield
    except OperatingError as error:
        raise click.ClickException(str(error)) from error
    except (ClientError, BotoCoreError) as error:
        raise click.ClickException(in_one_sentence(error)) from error


def _own_keys(up: Mapping[str, Any] | None) -> tuple[str, str]:
    """The account's own on a `bus up`, which asks for them with --auth; any will do elsewhere on this machine."""
    return ("local", "local") if up is None else (up["credentials"]["access_key"], up["credentials"]["secret_key"])


def _session(profile: str | None, region: str | None, endpoint: str | None, keys: tuple[str, str]) -> Session:
    """An endpoint on this machine is asked with `keys`, unless the environment has others: nobody needs an account."""
    if is_here(endpoint) and profile is None and "AWS_ACCESS_KEY_ID" not in os.environ:
        default = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        session = sessions.session(None, region or default)
        session.set_credentials(*keys)
        return session
    return sessions.session(profile, region or os.environ.get("AWS_REGION"))
