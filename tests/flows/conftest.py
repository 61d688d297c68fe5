"""What the tests of the flows say again and again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bus.cli.demo.queries import open_lake
from bus.local.platform import LocalPlatform

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def shop_of_seed(shop_of: Callable[[LocalPlatform], Any]) -> Callable[[int], str]:
    """The ledger's digest after one order on a platform of that seed."""

    def digest(seed: int) -> str:
        with LocalPlatform.of_project(PROJECT, seed=seed) as platform:
            open_lake(platform)
            shop = shop_of(platform)
            shop.prefer(email="ada@customers.example")
            shop.place()
            platform.run_until_idle()
            return platform.ledger.digest()

    return digest
