"""The signature of a request: in its Authorization header, or, presigned, in its query string.

IAM user guide, "Create a signed AWS API request" and "Authentication methods"; S3 API reference, "Authenticating
requests (AWS Signature Version 4)".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from bus.local.access.dialect import Dialect
from bus.local.access.refusals import incomplete
from bus.local.access.signed import Signed
from bus.local.errors import AwsError, UnsupportedOperationError

ALGORITHM = "AWS4-HMAC-SHA256"
_ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
_PARTS = ("Credential", "Signature", "SignedHeaders")
_SCOPE_PARTS = 5
_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders")


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose it is, what it is for, and itself.

    `date` is the scope's (20260102), `moment` what the request says of its time (20260102T030405Z, or an HTTP date),
    None when it says nothing; `signed` are names of headers in lower case. Of a presigned request `expires` is the
    text of X-Amz-Expires, None when there is none.
    """

    key: str
    date: str
    region: str
    service: str
    terminator: str
    signed: tuple[str, ...]
    value: str
    moment: str | None
    token: str | None
    presigned: bool = False
    expires: str | None = None

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def read_signature(request: Signed, dialect: Dialect) -> Signature | None:
    """None when the request has none. Raises AwsError for one that cannot be read.

    Raises UnsupportedOperationError for SigV4A, whose keys are derived for several regions at once.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return _of_header(header, request.headers, dialect)
    query = query_of(request)
    return _of_query(query, dialect) if "X-Amz-Algorithm" in query or "X-Amz-Signature" in query else None


def key_of(request: Signed) -> str | None:
    """The access key that a request names, whatever else is wrong with it."""
    header = request.headers.get("authorization")
    if header is not None:
        return header.partition("Credential=")[2].partition("/")[0] or None
    query = query_of(request)
    return query.get("X-Amz-Credential", "").partition("/")[0] or query.get("AWSAccessKeyId") or None


def query_of(request: Signed) -> dict[str, str]:
    """The parameters of the query string, decoded; a name's last value counts."""
    if "X-Amz-" not in request.query and "AWSAccessKeyId=" not in request.query:
        return {}
    pairs = (pair.partition("=") for pair in request.query.split("&"))
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _of_header(header: str, headers: Mapping[str, str], dialect: Dialect) -> Signature:
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise _unknown_algorithm(algorithm, header, dialect)
    parts = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise _unreadable(dialect, f"'{name}' not a valid key=value pair (missing equal-sign)", header)
        parts[name] = value
    moment = headers.get("x-amz-date") or headers.get("date")
    missing = [f"Authorization header requires '{name}' parameter." for name in _PARTS if not parts.get(name)]
    if moment is None and not dialect.is_s3:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing and dialect.is_s3:
        what = "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        raise malformed(what)
    if missing:
        raise incomplete(dialect, f"{' '.join(missing)} Authorization={header.partition('Signature=')[0]}")
    return Signature(
        *_scope(parts["Credential"], dialect),
        signed=tuple(parts["SignedHeaders"].split(";")),
        value=parts["Signature"],
        moment=moment,
        token=headers.get("x-amz-security-token"),
    )


def _of_query(query: Mapping[str, str], dialect: Dialect) -> Signature:
    algorithm = query.get("X-Amz-Algorithm", "")
    missing = [name for name in _QUERY if not query.get(name)]
    if algorithm == _ASYMMETRIC:
        raise _asymmetric()
    if dialect.is_s3 and (missing or "X-Amz-Expires" not in query):
        names = f"{', '.join(_QUERY)}, and X-Amz-Expires"
        raise _query_error(f"Query-string authentication version 4 requires the {names} parameters.")
    if missing:
        raise incomplete(dialect, " ".join(f"AWS query-string parameters must include '{name}'." for name in missing))
    if algorithm != ALGORITHM:
        if dialect.is_s3:
            raise _query_error(f'X-Amz-Algorithm only supports "{ALGORITHM} and {_ASYMMETRIC}"')
        raise incomplete(dialect, f"Unsupported AWS 'algorithm': '{algorithm}'.")
    return Signature(
        *_scope(query["X-Amz-Credential"], dialect),
        signed=tuple(query["X-Amz-SignedHeaders"].split(";")),
        value=query["X-Amz-Signature"],
        moment=query["X-Amz-Date"],
        token=query.get("X-Amz-Security-Token"),
        presigned=True,
        expires=query.get("X-Amz-Expires"),
    )


def _scope(credential: str, dialect: Dialect) -> tuple[str, str, str, str, str]:
    # A key's owner is no part of it, but temporary keys of some tools have slashes: the scope is what comes last.
    parts = credential.rsplit("/", _SCOPE_PARTS - 1)
    if len(parts) == _SCOPE_PARTS and all(parts):
        key, date, region, service, terminator = parts
        return key, date, region, service, terminator
    if dialect.is_s3:
        raise malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
    message = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got"
    raise incomplete(dialect, f"{message} '{credential}'")


def malformed(what: str, **members: object) -> AwsError:
    """What S3 says of an Authorization header."""
    message = f"The authorization header is malformed; {what}"
    return AwsError("AuthorizationHeaderMalformed", message, status=400, **members)


def _unknown_algorithm(algorithm: str, header: str, dialect: Dialect) -> AwsError | UnsupportedOperationError:
    if algorithm == _ASYMMETRIC:
        return _asymmetric()
    if dialect.is_s3:
        message = f"The authorization mechanism you have provided is not supported. Please use {ALGORITHM}."
        return AwsError("InvalidRequest", message)
    missing = " ".join(f"Authorization header requires '{name}' parameter." for name in _PARTS)
    return incomplete(dialect, f"{missing} Authorization={header.partition(' ')[0]}")


def _asymmetric() -> UnsupportedOperationError:
    return UnsupportedOperationError(f"signatures of {_ASYMMETRIC} (SigV4A)")


def _unreadable(dialect: Dialect, what: str, header: str) -> AwsError:
    if dialect.is_s3:
        return malformed(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        )
    return incomplete(dialect, f"{what} in Authorization header: '{header}'.")


def _query_error(message: str) -> AwsError:
    return AwsError("AuthorizationQueryParametersError", message, status=400)
