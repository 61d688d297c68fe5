"""What moto keeps and pickle does not know how to take apart, or does not put together again as it was."""

import threading
from collections import OrderedDict
from types import FunctionType
from typing import Any, Final

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_OPENSSL = "cryptography.hazmat.bindings"
# What `reduced` says of an object that pickle knows well enough.
USUAL: Final = NotImplemented


def reduced(value: object) -> Any:
    """How pickle is to make an object again (as `__reduce__` says it); USUAL where it is to do as it does.

    Locks are new ones in a copy: nobody holds one between two inputs.
    """
    made = type(value)
    if made is _LOCK:
        return threading.Lock, ()
    if made is _RLOCK:
        return threading.RLock, ()
    if isinstance(value, dict) and _has_its_own_way(type(value)):
        return _of_its_own_way(value)
    return _of_openssl(value) if made.__module__.startswith(_OPENSSL) else USUAL


def _has_its_own_way(made: type[dict[Any, Any]]) -> bool:
    own = isinstance(made.__setitem__, FunctionType) or isinstance(made.items, FunctionType)
    return own and not issubclass(made, OrderedDict)  # whose order is not that of the dictionary below it


def _of_its_own_way(value: dict[Any, Any]) -> Any:
    """A dictionary by what lies in it: S3's versions of objects show the last of each alone, and add what is set."""
    return type(value).__new__, (type(value),), (dict(dict.items(value)), value.__dict__), None, None, _fill


def _fill(value: dict[Any, Any], state: tuple[dict[Any, Any], dict[str, Any]]) -> None:
    items, attributes = state
    dict.update(value, items)
    value.__dict__.update(attributes)


def _of_openssl(value: Any) -> Any:
    """A private key or a certificate."""
    # Loaded already if there is such a value; no other state pays for it.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    if isinstance(value, x509.Certificate):
        return x509.load_der_x509_certificate, (value.public_bytes(serialization.Encoding.DER),)
    if not hasattr(value, "private_bytes"):
        return USUAL
    encoded = value.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return serialization.load_der_private_key, (encoded, None)
