"""The only reader of the environment."""

import os

from services.analytics.adapters.packaged_contracts import PackagedContracts
from services.analytics.ports import Contracts


def database() -> str:
    """The Glue database that this stage's tables are in."""
    return os.environ["LAKE_DATABASE"]


def contracts() -> Contracts:
    """The contracts that ship with this function."""
    return PackagedContracts()
