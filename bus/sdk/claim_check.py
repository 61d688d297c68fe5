"""Data too large for the bus: kept in S3, while the event carries where it is.

The detail then is `{"metadata": …, "claim_check": {"bucket", "key", "size", "sha256"}}`, in place of
`data`; the object holds the JSON of `data`.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from bus.sdk.clients import client
from bus.sdk.errors import ClaimCheckError
from bus.sdk.sealing import Sealed, as_text

_MEMBERS = ("bucket", "key", "sha256")


class ClaimChecks:
    """Checks data in and redeems it. The S3 client is built at the first use: most functions never need it."""

    def __init__(self, s3: Any = None) -> None:
        if s3 is not None:
            self._s3 = s3

    @cached_property
    def _s3(self) -> Any:
        return client("s3")

    def check_in(self, sealed: Sealed, bucket: str) -> str:
        """Keeps the event's data in `bucket`, and gives the JSON of the detail that stands for it.

        The key is "<producer>/<detail-type>/<event id>.json": the same for every attempt.
        """
        body = as_text(sealed.data).encode()
        key = f"{sealed.metadata.producer}/{sealed.detail_type}/{sealed.metadata.event_id}.json"
        self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
        claim = {"bucket": bucket, "key": key, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        return as_text({"metadata": sealed.metadata.as_json(), "claim_check": claim})

    def redeem(self, claim: Any) -> bytes:
        """The JSON of the data. Raises ClaimCheckError where it is missing or not what was checked in."""
        if not isinstance(claim, Mapping) or not all(isinstance(claim.get(name), str) for name in _MEMBERS):
            raise ClaimCheckError("in the event", f"is not an object with {', '.join(_MEMBERS)}")
        location = f"s3://{claim['bucket']}/{claim['key']}"
        try:
            body: bytes = self._s3.get_object(Bucket=claim["bucket"], Key=claim["key"])["Body"].read()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise ClaimCheckError(location, f"{code}: it expired, or the function may not read the bucket") from error
        if hashlib.sha256(body).hexdigest() != claim["sha256"]:
            raise ClaimCheckError(location, "the object is not the one that was checked in: its SHA-256 differs")
        return body
