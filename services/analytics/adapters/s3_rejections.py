"""Rejected records, in the lake's bucket, beside what Firehose itself could not deliver."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from services.analytics.domain import Rejected


class S3Rejections:
    """An object for each batch, "errors/rejected/<hour>/<batch>.jsonl", with a line for each record.

    A line has the keys of Firehose's own error documents (developer guide, "Handle failure in data
    transformation"), and the record's id.
    """

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client, self._bucket = client, bucket

    @cached_property
    def _s3(self) -> Any:
        return self._client()

    def keep(self, batch: str, rejected: Sequence[Rejected]) -> str:
        """See `ports.Rejections`; returns the object's URI."""
        hour = datetime.fromtimestamp(rejected[0].arrived / 1000, UTC)
        key = f"errors/rejected/{hour:%Y/%m/%d/%H}/{batch}.jsonl"
        lines = "".join(json.dumps(_document(one)) + "\n" for one in rejected)
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=lines.encode(), ContentType="application/jsonl")
        return f"s3://{self._bucket}/{key}"


def _document(rejected: Rejected) -> dict[str, Any]:
    return {
        "recordId": rejected.record_id,
        "arrivalTimestamp": rejected.arrived,
        "errorCode": "Rejected",
        "errorMessage": rejected.reason,
        "rawData": rejected.data,
    }
