"""Clients for AWS, as light as botocore makes them."""

import os
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session


def client(service: str) -> Any:
    """A client of `service` ("events"), for the region, credentials and endpoint of the environment as it is now.

    It is botocore's: boto3 would add its resources and its default session, which nothing here uses.
    """
    session = Session()
    session.register_component("data_loader", _models())
    return session.create_client(service, region_name=os.environ.get("AWS_REGION"), config=_config())


@cache
def _models() -> Loader:
    # AWS's descriptions of its services: the same in any environment, so parsed once for all clients.
    return create_loader()


@cache
def _config() -> Config:
    # Well below a function's usual timeout, so that a dead connection is retried and not waited for.
    return Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
