"""The pytest fixture of service teams: the whole platform, or the stacks that a test names, in this process.

It is a pytest plugin (an entry point of this project), so `platform` is there without an import:

    def test_a_placed_order_is_confirmed(platform):
        ...
        platform.run_until_idle()
        assert len(platform.sent("email")) == 1

    @pytest.mark.platform(templates=["services/orders/template.yaml"], seed=7, twice=0.1, late=0.1)
    def test_...
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bus.local.platform import LocalPlatform

_MARK = (
    "platform(templates=None, seed=0, twice=0.0, late=0.0): the stacks of the `platform` fixture, by template (the "
    "project's own if none are named), its seed, and the shares of deliveries made twice and out of order"
)

_TAKEN = ("templates", "seed", "twice", "late")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", _MARK)


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator["LocalPlatform"]:
    """A running platform, deployed anew for each test, with the settings of the mark `platform`."""
    with _of_mark(request.config.rootpath, _settings(request)) as running:
        yield running


def _settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Raises pytest.UsageError for what the mark does not take, as a typing error would otherwise change nothing."""
    mark = request.node.get_closest_marker("platform")
    if mark is None:
        return {}
    wrong = [*map(repr, mark.args), *(name for name in mark.kwargs if name not in _TAKEN)]
    if wrong:
        problem = f"{request.node.nodeid}: the mark platform takes no {', '.join(wrong)}; it is {_MARK}"
        raise pytest.UsageError(problem)
    if isinstance(mark.kwargs.get("templates"), str):
        problem = f"{request.node.nodeid}: templates of the mark platform is a list of paths"
        raise pytest.UsageError(problem)
    return dict(mark.kwargs)


def _of_mark(root: Path, settings: dict[str, Any]) -> "LocalPlatform":
    # Imported when a test asks for it: pytest loads plugins for every run, and the plane takes half a second.
    from bus.local.anomalies import Anomalies  # noqa: PLC0415 - as above
    from bus.local.platform import LocalPlatform  # noqa: PLC0415 - as above

    seed, templates = settings.pop("seed", 0), settings.pop("templates", None)
    anomalies = Anomalies(seed=seed, **settings)
    if templates is None:
        return LocalPlatform.of_project(root, seed=seed, anomalies=anomalies)
    return LocalPlatform.from_templates(*(root / template for template in templates), seed=seed, anomalies=anomalies)
