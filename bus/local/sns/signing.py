"""The fields of a signature. SNS signs with a key of its own; nothing here holds one, and the field says so."""

from base64 import b64encode

_SIGNATURE = b64encode(b"not signed: the local event plane").decode()
_CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-local.pem"


def signature(version: str, certificate_key: str) -> dict[str, str]:
    """The three members of a signed document; `certificate_key` is how its form spells "SigningCertURL"."""
    return {"SignatureVersion": version, "Signature": _SIGNATURE, certificate_key: _CERTIFICATE}
