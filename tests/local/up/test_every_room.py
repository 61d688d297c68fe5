"""Every room, with as much as possible under way: another process recovers it whole, and it goes on the same way."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from moto import mock_aws

from bus.local.plane import Plane
from bus.local.up.inputs import Seen
from tests.delivery.aws import Aws
from tests.local.up.rooms import computing, messaging, storing
from tests.local.up.rooms.bench import Bench, Nobody
from tests.local.up.rooms.recovering import DAY
from tests.local.up.rooms.seen import looked

PROJECT = Path(__file__).parents[3]
Look = tuple[dict[str, str], dict[str, str]]  # now, and after a day

SCENARIOS: dict[str, Callable[[Aws, Bench], None]] = {
    scenario.__name__: scenario
    for scenario in (
        messaging.queues,
        messaging.topics,
        messaging.events,
        messaging.pipes,
        messaging.schedules,
        computing.functions,
        computing.streams,
        computing.tables,
        computing.delivery_streams,
        computing.lake,
        computing.stacks,
        storing.objects,
        storing.secrets,
    )
}


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Look]]:
    """Each scenario's folder as it was at its end, and what was seen then and after a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", Plane.region)
        return {name: _played(scenario, tmp_path_factory.mktemp(name)) for name, scenario in SCENARIOS.items()}


@pytest.fixture(scope="module")
def recovered(originals: dict[str, tuple[Path, Look]]) -> dict[str, Look]:
    """What a process of another hash seed sees that finds these folders."""
    folders = [str(folder) for folder, _ in originals.values()]
    answer = subprocess.run(  # noqa: S603 - this Python, and a module of this suite
        [sys.executable, "-m", "tests.local.up.rooms.recovering", *folders],
        check=True,
        capture_output=True,
        cwd=PROJECT,
        env={**os.environ, "AWS_DEFAULT_REGION": Plane.region, "PYTHONHASHSEED": "1"},
    )
    seen = [tuple(json.loads(line)) for line in answer.stdout.splitlines()]
    return dict(zip(originals, seen, strict=True))


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_is_recovered_whole(name: str, originals: dict[str, tuple[Path, Look]], recovered: dict[str, Look]) -> None:
    assert recovered[name][0] == originals[name][1][0]


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_goes_on_for_a_day_as_the_original_does(
    name: str, originals: dict[str, tuple[Path, Look]], recovered: dict[str, Look]
) -> None:
    assert recovered[name][1] == originals[name][1][1]


def _played(scenario: Callable[[Aws, Bench], None], folder: Path) -> tuple[Path, Look]:
    with mock_aws():
        bench = Bench(folder / "state")
        scenario(Aws(bench, bench.client), bench)
        bench.take(Seen())
        copy = shutil.copytree(bench.state.folder, folder / "copy")
        now = looked(bench.machine)
        Nobody(bench.machine).run(DAY)
        return copy, (now, looked(bench.machine))
