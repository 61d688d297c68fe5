"""`bus demo`, as people and programs call it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BUS = Path(sys.executable).with_name("bus")
ESCAPE = "\x1b"
KEYS = {
    "orders_placed",
    "events_by_type",
    "notifications_by_channel",
    "lake_rows",
    "dead_letters",
    "lost",
    "duplicates",
    "seconds",
    "orders_per_second",
    "queries",
}


@pytest.fixture
def digest(command):
    """The SHA-256 of the ledger of a run in this process."""

    def run(*arguments: str) -> Any:
        return json.loads(command("demo", "--json", *arguments).stdout)["ledger"]["sha256"]

    return run


def test_a_program_reads_nothing_but_json_and_gets_the_same_ledger_from_every_process(tmp_path, digest):
    file = tmp_path / "hops.jsonl"

    run = subprocess.run(  # noqa: S603 - our own command
        [BUS, "demo", "--orders", "15", "--json", "--ledger", file],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    summary = json.loads(run.stdout)
    assert (run.returncode, ESCAPE in run.stderr) == (0, False)
    assert summary.keys() >= KEYS
    assert (summary["orders_placed"], summary["lost"], summary["duplicates"]) == (15, 0, 0)
    assert summary["events_by_type"]["OrderPlaced.v1"] == summary["lake_rows"]["order_placed_v1"] == 15
    assert set(summary["queries"]) == {"revenue_by_day", "top_products", "notification_success"}
    assert all(answer["agrees"] and answer["rows"] for answer in summary["queries"].values())
    hops = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(hops) == summary["ledger"]["hops"]
    assert summary["ledger"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest() == digest("--orders", "15")


def test_people_read_plain_text_where_there_is_no_terminal_and_another_seed_is_another_ledger(command, digest):
    answer = command("demo", "--orders", "1", "--seed", "2")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert ESCAPE not in answer.stdout
    assert "lost: 0 of" in answer.stdout
    assert "duplicate effects: 0" in answer.stdout
    assert "3 of 3 answers agree" in answer.stdout
    assert digest("--orders", "1", "--seed", "1")[:12] not in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--orders", "0"], "0 is not in the range x>=1"),
        (["--orders", "999999999"], "the retail data has 1"),
        (["--orders", "many"], "'many' is not a valid integer range"),
        (["--colour"], "No such option"),
        (["--project", "nowhere"], "Directory 'nowhere' does not exist"),
        (["--ledger", "nowhere/hops.jsonl"], "nowhere/hops.jsonl cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(command, arguments, said):
    answer = command("demo", *arguments)

    [*_, last] = answer.output.splitlines()
    assert answer.exit_code == 2
    assert last.startswith("Error: ")
    assert said in last


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["lake", "create", "--help"]])
def test_help_shows_examples(command, arguments):
    answer = command(*arguments)

    assert answer.exit_code == 0
    assert "Examples:" in answer.output
    assert "  bus " in answer.output
