"""The template that a request brings, or says where to find."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bus.local.cloudformation.errors import said_by_cloudformation, validation
from bus.local.errors import AwsError
from bus.local.operations import Params
from bus.local.plane import Plane
from bus.topology import Template

# Bytes (user guide, "Understand CloudFormation quotas", template body sizes).
LARGEST_BODY = 51_200
LARGEST_OBJECT = 1024 * 1024

_S3 = re.compile(r"(?:(?P<bucket>.+)\.)?s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?")


def body_of(plane: Plane, params: Params) -> tuple[str, str]:
    """What errors call the template, and its text. Raises AwsError."""
    body, url = params.get("TemplateBody"), params.get("TemplateURL")
    if (body is None) == (url is None):
        raise validation("Either Template URL or Template Body must be specified.")
    if body is None:
        return _fetched(plane, str(url))
    if len(body.encode()) > LARGEST_BODY:
        raise validation(
            f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have "
            f"length less than or equal to {LARGEST_BODY}"
        )
    return "TemplateBody", body


def read(name: str, text: str, parameters: Mapping[str, str] | None = None) -> Template:
    """Raises AwsError for a template that is wrong in itself."""
    if not text.strip():
        raise validation("Template format error: unsupported structure.")
    with said_by_cloudformation():
        return Template.parse(name, text, parameters)


def _fetched(plane: Plane, url: str) -> tuple[str, str]:
    bucket, key = _place(url)
    try:
        content: bytes = plane.call("s3", "GetObject", Bucket=bucket, Key=key)["Body"].read()
    except AwsError as error:
        raise validation(f"S3 error: {error.message}") from error
    if len(content) > LARGEST_OBJECT:
        raise validation(f"Template may not exceed {LARGEST_OBJECT} bytes in size.")
    try:
        return key, content.decode()
    except UnicodeDecodeError as error:
        raise validation("Template format error: unsupported structure.") from error


def _place(url: str) -> tuple[str, str]:
    """Bucket and key of an S3 address, path-style or virtual-hosted; or of one at the plane's own endpoint."""
    parts = urlsplit(url)
    path = unquote(parts.path).lstrip("/")
    host = _S3.fullmatch(parts.hostname or "")
    if parts.scheme in ("http", "https") and host is not None and host["bucket"]:
        return host["bucket"], path
    bucket, _, key = path.partition("/")
    if parts.scheme not in ("http", "https") or not key or (host is None and not _is_here(parts.hostname or "")):
        raise validation("TemplateURL must be a supported URL.")
    return bucket, key


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
