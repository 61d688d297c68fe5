"""The only reader of the environment, the only builder of clients."""

import os

from bus.sdk.claim_check import ClaimChecks
from bus.sdk.clients import client
from services.analytics.adapters.claim_check_bucket import ClaimCheckBucket
from services.analytics.adapters.packaged_contracts import PackagedContracts
from services.analytics.adapters.s3_rejections import S3Rejections
from services.analytics.ports import Claims, Contracts, Rejections


def database() -> str:
    """The Glue database that this stage's tables are in."""
    return os.environ["LAKE_DATABASE"]


def contracts() -> Contracts:
    """The contracts that ship with this function."""
    return PackagedContracts()


def claims() -> Claims:
    """The bucket of this stage's claim checks."""
    return ClaimCheckBucket(ClaimChecks(), os.environ["CLAIM_CHECK_BUCKET"])


def rejections() -> Rejections:
    """The errors of this stage's lake."""
    # Most functions never reject an event: they need no client.
    return S3Rejections(lambda: client("s3"), os.environ["LAKE_BUCKET"])
