"""What each command says of itself."""

from collections.abc import Callable

import pytest
from click.testing import Result

COMMANDS = ("down", "publish", "tail", "token", "up")


def test_the_commands_are_listed_with_what_they_do(command: Callable[..., Result]) -> None:
    listed = command("--help").output

    for name in COMMANDS:
        assert f"\n  {name} " in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_how_it_is_used(command: Callable[..., Result], name: str) -> None:
    shown = command(name, "--help")

    assert shown.exit_code == 0
    assert f"Usage: main {name}" in shown.output
    assert f"Examples:\n    bus {name}" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 110


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("tail", "--pattern", "{}", "--correlation", "x"),
            "--pattern shows events, --correlation and --last show hops",
        ),
        (("tail", "--last", "-1"), "-1 is not in the range x>=0"),
        (("tail", "--region", "eu-west-1"), "only the platform on this machine tells its hops"),
        (("publish",), "say what to publish: a file, - or --example CONTRACT"),
        (("publish", "-", "--example", "OrderPlaced.v1"), "say what to publish: a file, - or --example CONTRACT"),
    ],
)
def test_what_does_not_go_together_is_said(
    command: Callable[..., Result], arguments: tuple[str, ...], sentence: str
) -> None:
    refused = command(*arguments)

    assert refused.exit_code == 2
    assert sentence in " ".join(refused.output.split())


@pytest.mark.parametrize("arguments", [("tail",), ("token", "orders")])
def test_without_a_platform_a_command_says_how_to_start_one(
    command: Callable[..., Result], arguments: tuple[str, ...], tmp_path: object
) -> None:
    refused = command(*arguments, "--project", tmp_path)

    assert (refused.exit_code, refused.output) == (1, "Error: no platform runs here; start it with: bus up\n")
