"""The code that a request brings, or says where to find."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.functions import Package, PackageError
from bus.local.lambda_.errors import invalid, package_too_large
from bus.local.operations import only
from bus.local.plane import Plane

# Bytes: Lambda developer guide, "Lambda quotas", deployment package.
LARGEST_ZIPPED = 50 * 1024 * 1024
LARGEST_UNZIPPED = 250 * 1024 * 1024
TOTAL = 75 * 1024**3

PLACES = frozenset({"ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion"})


def package_of(plane: Plane, where: str, code: Mapping[str, Any]) -> Package:
    """The package of a Code structure; `where` is the operation. Raises AwsError and UnsupportedOperationError."""
    only(where, code, PLACES)
    if "ZipFile" in code:
        package = _package(bytes(code["ZipFile"]))
        if package.size > LARGEST_ZIPPED:
            raise package_too_large(f"Zipped size must be smaller than {LARGEST_ZIPPED} bytes")
    elif code.get("S3Bucket") and code.get("S3Key"):
        package = _package(_fetched(plane, code))
    else:
        raise invalid("Please provide a source for function code.")
    if package.unpacked_size > LARGEST_UNZIPPED:
        raise invalid(f"Unzipped size must be smaller than {LARGEST_UNZIPPED} bytes")
    return package


def _package(archive: bytes) -> Package:
    try:
        return Package(archive)
    except PackageError as error:
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from error


def _fetched(plane: Plane, code: Mapping[str, Any]) -> bytes:
    place = {"Bucket": code["S3Bucket"], "Key": code["S3Key"]}
    if code.get("S3ObjectVersion"):
        place["VersionId"] = code["S3ObjectVersion"]
    try:
        body: bytes = plane.call_with("s3", "GetObject", place)["Body"].read()
    except AwsError as error:
        reason = f"S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        raise invalid(f"Error occurred while GetObject. {reason}") from error
    return body
