"""What a caller is told whose signature or credentials are not accepted, in AWS's words.

"Common errors" of the services' API references; S3 API reference, "Error responses"; IAM user guide, "Troubleshoot
Signature Version 4 signing for AWS API requests".
"""

from bus.local.access.dialect import JSON, Dialect
from bus.local.errors import AwsError
from bus.local.sqs.errors import SqsError

_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)
_S3_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


def refuse(dialect: Dialect, query: str, json: str, message: str, *, status: int | None = None) -> AwsError:
    """An error that has a code of the query protocol, and one of JSON's."""
    status = dialect.status if status is None else status
    if dialect.service == "sqs":
        return SqsError(json, message, code=query, status=status)
    return AwsError(dialect.code(query, json), message, status=status)


def unsigned(dialect: Dialect) -> AwsError:
    """There is no signature."""
    if dialect.is_s3:
        return AwsError("AccessDenied", "Access Denied", status=403)
    message = "Missing Authentication Token" if dialect.protocol == JSON else "Request is missing Authentication Token"
    return refuse(dialect, "MissingAuthenticationToken", "MissingAuthenticationTokenException", message)


def incomplete(dialect: Dialect, message: str) -> AwsError:
    """There is a signature that cannot be read."""
    return refuse(dialect, "IncompleteSignature", "IncompleteSignatureException", message, status=400)


def unknown_key(dialect: Dialect, key: str) -> AwsError:
    """Nobody has this access key, or its owner made it inactive."""
    if dialect.is_s3:
        message = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", message, status=403, AWSAccessKeyId=key)
    return refuse(
        dialect,
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def wrong_token(dialect: Dialect, key: str) -> AwsError:
    """The session's token is not the one that its key came with."""
    if dialect.is_s3:
        return AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.")
    return unknown_key(dialect, key)


def expired_token(dialect: Dialect) -> AwsError:
    """The session is over."""
    if dialect.is_s3:
        return AwsError("ExpiredToken", "The provided token has expired.")
    message = "The security token included in the request is expired"
    return refuse(dialect, "ExpiredToken", "ExpiredTokenException", message)


def invalid(dialect: Dialect, message: str) -> AwsError:
    """The signature is for something else: another day, region or service, or too old."""
    return refuse(dialect, "SignatureDoesNotMatch", "InvalidSignatureException", message)


def mismatch(dialect: Dialect, key: str, given: str, canonical: bytes, to_sign: str) -> AwsError:
    """The signature is not that of this request with this key."""
    if not dialect.is_s3:
        return invalid(dialect, _MISMATCH)
    return AwsError(
        "SignatureDoesNotMatch",
        _S3_MISMATCH,
        status=403,
        AWSAccessKeyId=key,
        StringToSign=to_sign,
        SignatureProvided=given,
        StringToSignBytes=to_sign.encode().hex(" "),
        CanonicalRequest=canonical.decode("latin-1"),
        CanonicalRequestBytes=canonical.hex(" "),
    )
