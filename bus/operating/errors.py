"""What cannot be done, in one sentence."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

_NEAR, _AS_NEAR = 0.6, 0.1  # of 1, which is the same; and how much less than the nearest
_MOST = 3


class OperatingError(Exception):
    """The root of what `bus.operating` raises."""


class UnknownNameError(OperatingError):
    """There is nothing of that name: `name`, what it should name, and what there is."""

    def __init__(self, what: str, name: str, known: Sequence[str]) -> None:
        self.what, self.name, self.known = what, name, known
        if near := nearest(name, known):
            there_is = f"did you mean {' or '.join(near)}?"
        else:
            there_is = f"there are: {', '.join(known)}" if known else "there are none"
        super().__init__(f"there is no {what} {name}; {there_is}")


class AmbiguousNameError(OperatingError):
    """A name that is several things' own."""

    def __init__(self, what: str, name: str, meant: list[str]) -> None:
        self.what, self.name, self.meant = what, name, meant
        super().__init__(f"{name} is more than one {what}: {', '.join(meant)}; say which")


class RefusedError(OperatingError):
    """Whatever a message was handed to did not take it; `reason` says why. The message stays where it was."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Those of the known names, three at most, that are like `name`, or have a part ("stack-PART-1A2B") that is."""
    wanted = name.lower()

    def likeness(one: str) -> float:
        texts = (one.lower(), *one.lower().split("-"))
        return max(SequenceMatcher(None, wanted, text).ratio() for text in texts)

    likely = sorted(((likeness(one), one) for one in known), key=lambda each: (-each[0], each[1]))
    return [one for like, one in likely if like >= max(_NEAR, likely[0][0] - _AS_NEAR)][:_MOST]


def in_one_sentence(error: Exception) -> str:
    """What a call of AWS went wrong with."""
    match error:
        case NoCredentialsError():
            return "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case NoRegionError():
            return "there is no AWS region: say --region, set AWS_DEFAULT_REGION, or give the profile one"
        case ProfileNotFound():
            return f"{error}; say another with --profile"
        case EndpointConnectionError():
            return f"nothing answers at {error.kwargs['endpoint_url']}; is `bus up` running there?"
        case ClientError():
            told = error.response["Error"]
            return " ".join(f"{error.operation_name}: {told['Code']}: {told['Message']}".split())
    return " ".join(str(error).split())
