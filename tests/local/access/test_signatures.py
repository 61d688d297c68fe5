"""Every request that botocore signs is let in, and none that was changed on its way.

`_changed` leaves out what is no change: another spelling of the same path or query, and the spaces that SigV4 ignores.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bus.local.access.dialect import dialect_of
from bus.local.access.refusals import unknown_key
from bus.local.access.signature import read_signature
from bus.local.access.verification import check_signature
from bus.local.errors import AwsError
from bus.local.wire.messages import Request
from tests.local.access.signing_cases import ROOT, sign
from tests.local.access.signing_cases import now as present

_SERVICES = {"dynamodb": "dynamodb", "lambda": "lambda", "s3": "s3", "sns": "sns", "cloudwatch": "monitoring"}
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
_SEGMENTS = st.lists(
    st.one_of(_TEXT, st.sampled_from(["a b", "~", "+", "..", ".", "", "%", "ü/", "=&", "*'()!"])), max_size=4
)
_QUERY = st.lists(st.tuples(_TEXT, _TEXT), max_size=4)
_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
_HEADERS = st.dictionaries(
    st.from_regex(r"x-[a-m]{1,8}", fullmatch=True), st.one_of(_VALUES, st.just("a   b  c")), max_size=3
)


@st.composite
def requests(draw: Any) -> tuple[str, Request, bool]:
    """A service, a request that is signed for it, and whether it is presigned."""
    service, presigned = draw(st.sampled_from(sorted(_SERVICES))), draw(st.booleans())
    path = "/" + "/".join(quote(each, safe="~") for each in draw(_SEGMENTS))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in draw(_QUERY))
    assume("X-Amz-" not in query)
    body = b"" if presigned else draw(st.binary(max_size=20))
    keys = (*ROOT, "a/token+of==") if draw(st.booleans()) else ROOT
    target = f"{path}?{query}" if query else path
    headers = draw(_HEADERS)
    method = draw(st.sampled_from(["GET", "PUT", "POST"]))
    signed = sign(method, target, body, headers, service=_SERVICES[service], keys=keys, presigned=presigned)
    return service, signed, presigned


def verify(service: str, request: Request, secret: str = ROOT[1], *, now: float | None = None) -> None:
    dialect = dialect_of(service)
    signature = read_signature(request, dialect)
    assert signature is not None
    if signature.key != ROOT[0]:
        raise unknown_key(dialect, signature.key)
    instant = present().timestamp() if now is None else now
    check_signature(request, signature, secret, dialect, region="us-east-1", now=instant)


@settings(max_examples=400, deadline=None)
@given(requests())
def test_what_botocore_signs_is_let_in(signed: tuple[str, Request, bool]):
    service, request, _ = signed

    verify(service, request)


@settings(max_examples=400, deadline=None)
@given(requests(), st.sampled_from(["method", "path", "query", "headers", "body", "secret"]), st.data())
def test_a_request_that_was_changed_anywhere_is_refused(signed: tuple[str, Request, bool], where: str, data: Any):
    service, request, presigned = signed
    if where == "secret":
        with pytest.raises(AwsError):
            verify(service, request, ROOT[1] + "x")
        return
    # S3 does not sign the body of a presigned request.
    assume(not (where == "body" and presigned and service == "s3"))
    changed = _changed(request, where, data)
    assume(changed is not None)

    with pytest.raises(AwsError):
        verify(service, changed)


def _changed(request: Request, where: str, data: Any) -> Request | None:
    if where == "method":
        return replace(request, method=data.draw(st.sampled_from(["DELETE", "HEAD"])))
    if where == "body":
        return replace(request, body=_one_byte(request.body, data) if request.body else b"x")
    if where == "headers":
        name = data.draw(st.sampled_from(sorted(request.headers)))
        value = _one_letter(request.headers[name], data) if request.headers[name] else "x"
        if " ".join(value.split()) == " ".join(request.headers[name].split()) or name == "user-agent":
            return None
        return replace(request, headers={**request.headers, name: value})
    before: str = getattr(request, where)
    after = _one_letter(before, data) if before else "x"
    return None if _same(where, before, after) else replace(request, **{where: after})


def _same(where: str, before: str, after: str) -> bool:
    if where == "path":
        return not after.startswith("/") or _path(after) == _path(before)
    return _pairs(after) == _pairs(before)


def _path(path: str) -> list[bytes]:
    """The segments that a path means, when dots and double slashes are taken out."""
    found: list[bytes] = []
    for segment in path.split("/"):
        if segment == "..":
            del found[-1:]
        elif segment not in ("", "."):
            found.append(unquote_to_bytes(segment))
    return found


def _pairs(query: str) -> list[tuple[bytes, bytes]]:
    pairs = (pair.partition("=") for pair in query.split("&"))
    return sorted((unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs)


def _one_letter(text: str, data: Any) -> str:
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from([each for each in "aZ0-&=/" if each != text[at]]))
    return text[:at] + letter + text[at + 1 :]


def _one_byte(body: bytes, data: Any) -> bytes:
    at = data.draw(st.integers(0, len(body) - 1))
    return body[:at] + bytes([(body[at] + data.draw(st.integers(1, 255))) % 256]) + body[at + 1 :]


def test_a_header_of_several_bytes_a_letter_is_signed_as_it_was_sent():
    request = sign("GET", "/", headers={"x-name": "Zoë   Müller"}, service="sns")

    verify("sns", request)

    with pytest.raises(AwsError):
        verify("sns", replace(request, headers={**request.headers, "x-name": "Zoe Muller"}))


def test_a_client_may_spell_a_path_otherwise_than_it_signed_it():
    """AWS decodes what it is sent; a client that signs `%28` and sends `(` means the same object."""
    request = sign("GET", "/bucket/a%28b%29?prefix=a%2Fb", service="s3")

    verify("s3", replace(request, path="/bucket/a(b)", query="prefix=a/b"))


def test_the_hash_of_the_body_may_be_left_out_of_s3s_signature_only():
    unsigned = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    request = sign("PUT", "/bucket/key", b"one body", unsigned, service="s3")
    # botocore signs the body of whatever goes over HTTP; so the header is put there by hand.
    assert request.headers["x-amz-content-sha256"] != "UNSIGNED-PAYLOAD"

    presigned = sign("PUT", "/bucket/key", b"", service="s3", presigned=True)
    verify("s3", replace(presigned, body=b"any body"))

    other = sign("POST", "/", b"{}", service="dynamodb", presigned=True)
    with pytest.raises(AwsError, match="does not match"):
        verify("dynamodb", replace(other, body=b'{"a": 1}'))
