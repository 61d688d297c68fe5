"""Claim checks, as the SDK redeems them, from this stage's bucket alone."""

import json
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from bus.sdk.claim_check import ClaimChecks
from bus.sdk.errors import ClaimCheckError
from services.analytics.domain import LARGEST_ROW, RejectedEventError

_SERVER_ERROR = 500


class ClaimCheckBucket:
    """Redeems what the SDK checked in."""

    def __init__(self, claim_checks: ClaimChecks, bucket: str) -> None:
        self._claim_checks, self._bucket = claim_checks, bucket

    def redeem(self, claim: Any) -> Any:
        """See `ports.Claims`. Raises ClaimCheckError when S3 fails, which passes."""
        self._check(claim)
        try:
            return json.loads(self._claim_checks.redeem(claim))
        except ClaimCheckError as error:
            if _passes(error):
                raise
            raise RejectedEventError(f"the claim check of its data: {error.why}") from error
        except ParamValidationError as error:
            raise RejectedEventError("the claim check of its data names no S3 object") from error
        except (ValueError, RecursionError) as error:
            raise RejectedEventError("the claim check of its data stands for something that is not JSON") from error

    def _check(self, claim: Any) -> None:
        """Refuses what need not be fetched to be refused; whether the claim has its members, the SDK says."""
        if not isinstance(claim, dict):
            return
        if claim.get("bucket", self._bucket) != self._bucket:
            raise RejectedEventError("the claim check of its data names a bucket that is not this stage's")
        size = claim.get("size")
        if isinstance(size, int) and size > LARGEST_ROW:
            raise RejectedEventError(
                f"its data takes {size:,} bytes, and Firehose at most {LARGEST_ROW:,}; its claim check says where it is"
            )


def _passes(error: ClaimCheckError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR
