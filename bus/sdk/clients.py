"""Clients for AWS, as light as botocore makes them.

Measured (tests/speed/import_cost.py): boto3's first client takes 65 ms after its imports, of which AWS's
descriptions of its services are 40: botocore looks through the folders of all 400 to learn that one
exists, and parses into ordered dictionaries. `ModelLoader` does neither.
"""

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session
from pydantic_core import from_json

from bus.sdk.starting import settled


class ModelFiles(JSONFileLoader):
    """Parses with pydantic's parser into plain dictionaries, as ordered and three times as fast."""

    def load_file(self, file_path: str) -> Any:
        """The JSON of `file_path`, which lacks its ending; None where there is no such file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return from_json(plain.read_bytes())
        return from_json(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class ModelLoader(Loader):
    """botocore's loader of service descriptions, for a process that knows which services it wants."""

    FILE_LOADER_CLASS = ModelFiles

    def list_available_services(self, type_name: str) -> list[str]:
        """The names of the folders, unopened; a name that is no service fails a moment later, as unknown too."""
        del type_name
        folders = (Path(path) for path in self.search_paths)
        names = {entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir()}
        return sorted(name for name in names if "." not in name)  # a service's folder, not endpoints.json


def client(service: str) -> Any:
    """A client of `service` ("events"), for the region, credentials and endpoint of the environment as it is now.

    It is botocore's: boto3 would add its resources and its default session, which nothing here uses.
    """
    session = _session(_surroundings(), len(BUILTIN_HANDLERS))
    return session.create_client(service, region_name=os.environ.get("AWS_REGION"), config=_config())


def _surroundings() -> frozenset[tuple[str, str]]:
    return frozenset(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith("AWS_") and not name.startswith("AWS_LAMBDA_")
    )


@cache
def _session(_surroundings: frozenset[tuple[str, str]], _handlers: int) -> Session:
    # One for all clients of one environment; and of one set of botocore's handlers, to which moto and the
    # local event plane add theirs.
    with settled():
        session = Session()
        session.register_component("data_loader", _models())
        session.get_available_partitions()  # parses the endpoints of all regions, which every client needs
    return session


@cache
def _models() -> Loader:
    # AWS's descriptions of its services: the same in any environment, so parsed once for all clients.
    return ModelLoader()


@cache
def _config() -> Config:
    # Well below a function's usual timeout, so that a dead connection is retried and not waited for.
    return Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
