"""Whether a request came in time (IAM user guide, "AWS Signature Version 4 for API requests")."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from bus.local.access.dialect import Dialect
from bus.local.access.refusals import incomplete, invalid
from bus.local.access.signature import Signature, malformed
from bus.local.errors import AwsError

_BASIC = re.compile(r"\d{8}T\d{6}Z")
_WEEK = 604_800


def check_moment(signature: Signature, dialect: Dialect, now: float) -> str:
    """The request's time in ISO 8601's basic format. Raises AwsError for one that is not now, or not of its scope."""
    text = _basic(signature, dialect)
    instant = _instant(text)
    if signature.date != text[:8]:
        raise _another_day(signature, text, dialect)
    if signature.presigned and (dialect.is_s3 or signature.expires is not None):
        _check_presigned(signature, dialect, text, instant, now)
    else:
        _check_age(dialect, text, instant, now, 60 * dialect.minutes)
    return text


def _check_age(dialect: Dialect, text: str, instant: float, now: float, span: int) -> None:
    if abs(now - instant) <= span:
        return
    if dialect.is_s3:
        message = "The difference between the request time and the current time is too large."
        members = {"RequestTime": text, "ServerTime": _iso(now), "MaxAllowedSkewMilliseconds": str(1000 * span)}
        raise AwsError("RequestTimeTooSkewed", message, status=403, **members)
    minutes = f"{span // 60} min."
    if instant < now:
        earliest = _format(now - span)
        raise invalid(dialect, f"Signature expired: {text} is now earlier than {earliest} ({_format(now)} - {minutes})")
    latest = _format(now + span)
    raise invalid(
        dialect, f"Signature not yet current: {text} is still later than {latest} ({_format(now)} + {minutes})"
    )


def _check_presigned(signature: Signature, dialect: Dialect, text: str, instant: float, now: float) -> None:
    seconds = _expires(signature.expires or "", dialect)
    skew = 60 * dialect.minutes
    if now < instant - skew:
        if dialect.is_s3:
            raise AwsError("AccessDenied", "Request is not valid yet", status=403, ServerTime=_iso(now))
        _check_age(dialect, text, instant, now, skew)
    if now <= instant + seconds:
        return
    if not dialect.is_s3:
        earliest, at = _format(now - seconds), _format(now)
        raise invalid(
            dialect, f"Signature expired: {text} is now earlier than {earliest} ({at} - {seconds // 60} min.)"
        )
    members = {"X-Amz-Expires": str(seconds), "Expires": _iso(instant + seconds), "ServerTime": _iso(now)}
    raise AwsError("AccessDenied", "Request has expired", status=403, **members)


def _expires(text: str, dialect: Dialect) -> int:
    problem = None
    if not text.removeprefix("-").isdecimal():
        problem = "X-Amz-Expires should be a number"
    elif int(text) < 0:
        problem = "X-Amz-Expires must be non-negative"
    elif int(text) > _WEEK:
        problem = f"X-Amz-Expires must be less than a week (in seconds) that is {_WEEK}"
    if problem is None:
        return int(text)
    if dialect.is_s3:
        raise AwsError("AuthorizationQueryParametersError", problem, status=400)
    raise incomplete(dialect, problem)


def _basic(signature: Signature, dialect: Dialect) -> str:
    given = signature.moment
    if given is not None:
        text = given if _BASIC.fullmatch(given) else _of_http_date(given)
        if text is not None and _instant(text) >= 0:
            return text
    if dialect.is_s3:
        raise AwsError("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", status=403)
    message = f"Date must be in ISO-8601 'basic format'. Got '{given}'. See http://en.wikipedia.org/wiki/ISO_8601"
    raise incomplete(dialect, message)


def _of_http_date(text: str) -> str | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return _format(moment.timestamp())


def _another_day(signature: Signature, text: str, dialect: Dialect) -> AwsError:
    if dialect.is_s3:
        stated = f'Invalid credential date "{signature.date}". This date is not the same as X-Amz-Date: "{text[:8]}".'
        return malformed(stated)
    what = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
    return invalid(dialect, f"{what} '{signature.date}' != '{text[:8]}', from '{text}'.")


@lru_cache(maxsize=256)
def _instant(text: str) -> float:
    """Epoch seconds; -1 for a date that no calendar has."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return -1


def _format(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y%m%dT%H%M%SZ")


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
