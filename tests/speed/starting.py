"""How long a developer waits: for the platform, and for a change to be taken up.

    PYTHONPATH=. python tests/speed/starting.py [WRITES ...]

Each start is timed from the command to its announcement, imports included. From kept state it is timed after a clean
stop, and after kill -9 amid no load with so many writes acknowledged before (0, 10,000 and 100,000 unless said): then
`recovery` is the part that reading the snapshot and applying the journal again took, as the platform itself says.
Writes are PutItem calls of one item each. Changes are timed from the file's write to the line that tells of it; the
new code, and the new resource, are there by then.
"""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.up.project import PROJECT, Platform, small_project

WRITES = (0, 10_000, 100_000)
TIMES = 5
_CLIENTS = 4
_RECOVERED = re.compile(r"read in ([\d.]+) s, ([\d,]+) changes")


def main() -> None:
    table = Table(title="bus up: seconds until it is ready", title_justify="left")
    for name in ("", "seconds", "recovery", "changes applied again"):
        table.add_column(name, justify="left" if not name else "right")
    with tempfile.TemporaryDirectory() as folder:
        for label, project in (
            ("this project", _copy(Path(folder))),
            ("a small one", small_project(Path(folder, "s"))),
        ):
            table.add_row(f"{label}, from nothing", f"{_from_nothing(project):.2f}", "", "")
            table.add_row(f"{label}, after a stop", f"{_again(project):.2f}", "", "")
        for writes in map(int, sys.argv[1:]) if sys.argv[1:] else WRITES:
            took, recovery, changes = _killed(small_project(Path(folder, f"w{writes}")), writes)
            table.add_row(f"killed after {writes:,} writes", f"{took:.2f}", recovery, changes)
        small = Path(folder, "s")
        table.add_row("a changed handler runs", f"{_changed(small, _new_code):.2f}", "", "")
        table.add_row("a changed template is deployed", f"{_changed(small, _new_template):.2f}", "", "")
    Console().print(table)


def _copy(folder: Path) -> Path:
    """This project without what it has run and tested."""
    left_out = shutil.ignore_patterns(".*", "tests", "docs", "__pycache__")
    return Path(shutil.copytree(PROJECT, folder / "this", ignore=left_out))


def _start(project: Path) -> tuple[float, Platform]:
    platform = Platform(project)
    began = time.perf_counter()
    platform.start()
    return time.perf_counter() - began, platform


def _from_nothing(project: Path) -> float:
    took = []
    for _ in range(TIMES):
        shutil.rmtree(project / ".omnibus", ignore_errors=True)
        seconds, platform = _start(project)
        took.append(seconds)
        platform.stop()
    return median(took)


def _again(project: Path) -> float:
    took = []
    for _ in range(TIMES):
        seconds, platform = _start(project)
        took.append(seconds)
        platform.stop()
    return median(took)


def _killed(project: Path, writes: int) -> tuple[float, str, str]:
    _, platform = _start(project)
    with ThreadPoolExecutor(_CLIENTS) as pool:
        list(pool.map(lambda share: _write(platform, share, writes // _CLIENTS), range(_CLIENTS)))
    platform.kill()
    took, platform = _start(project)
    _said(platform, "Ready in ", 2)
    platform.stop()
    recovery, changes = _RECOVERED.findall(platform.output.read_text())[-1]
    return took, recovery, changes


def _write(platform: Platform, share: int, count: int) -> None:
    dynamodb = platform.client("dynamodb")
    for number in range(count):
        item = {"id": {"S": f"{share}-{number}"}, "value": {"S": "x" * 100}}
        dynamodb.put_item(TableName="things", Item=item)


def _changed(project: Path, change: Callable[[Path, int], str]) -> float:
    _, platform = _start(project)
    platform.client("lambda").invoke(FunctionName="writer", Payload=b'{"id": "warm"}')
    took = []
    for number in range(TIMES):
        time.sleep(0.1 + number / 10)  # the looks come every 0.2 or 0.3 s; none is favoured
        told = change(project, number)
        began = time.perf_counter()
        _said(platform, told, number + 1)
        took.append(time.perf_counter() - began)
    platform.stop()
    return median(took)


def _new_code(project: Path, number: int) -> str:
    handler = project / "services/small/handler.py"
    handler.write_text(handler.read_text() + f"\nCHANGED = {number}\n")
    return "runs new code"


def _new_template(project: Path, number: int) -> str:
    template = project / "bus/infra/template.yaml"
    template.write_text(template.read_text() + f"  More{number}: {{ Type: AWS::SQS::Queue }}\n")
    return "stack infra updated"


def _said(platform: Platform, text: str, count: int) -> None:
    while platform.output.read_text().count(text) < count:
        time.sleep(0.005)


if __name__ == "__main__":
    main()
