"""What cannot be done, in one sentence."""

from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)


class OperatingError(Exception):
    """The root of what `bus.operating` raises."""


class UnknownNameError(OperatingError):
    """There is nothing of that name: `name`, what it should name, and what there is."""

    def __init__(self, what: str, name: str, known: list[str]) -> None:
        self.what, self.name, self.known = what, name, known
        there_are = f"there are: {', '.join(known)}" if known else "there are none"
        super().__init__(f"there is no {what} {name}; {there_are}")


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
