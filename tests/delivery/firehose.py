"""What the cases of Firehose share: delivery streams to S3, and the objects that come of them."""

import gzip
import json
from typing import Any

from tests.delivery.aws import Aws


def s3_stream(aws: Aws, bucket: str, *, interval: int = 60, size: int = 5, **extended: Any) -> str:
    """The name of a delivery stream of direct puts; `extended` are further members of its destination."""
    name = aws.name()
    destination = {
        "RoleARN": aws.role(),
        "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"IntervalInSeconds": interval, "SizeInMBs": size},
        **extended,
    }
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination
    )
    aws.idle()
    return name


def put(aws: Aws, stream: str, *bodies: bytes) -> None:
    for body in bodies:
        aws.client("firehose").put_record(DeliveryStreamName=stream, Record={"Data": body})


def objects(aws: Aws, bucket: str, prefix: str = "") -> dict[str, bytes]:
    """Every object under a prefix, by its key."""
    s3 = aws.client("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}


def failures(aws: Aws, bucket: str, prefix: str) -> list[dict[str, Any]]:
    """The documents of what failed."""
    return [json.loads(line) for body in objects(aws, bucket, prefix).values() for line in body.splitlines()]


def processing(type_: str, **parameters: str) -> dict[str, Any]:
    """A ProcessingConfiguration of one processor."""
    given = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
    return {"Enabled": True, "Processors": [{"Type": type_, "Parameters": given}]}


def gzipped(document: object) -> bytes:
    return gzip.compress(json.dumps(document).encode(), mtime=0)
