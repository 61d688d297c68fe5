"""What came of an invocation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON that was answered, and whether it is an error's ("Unhandled").

    `seconds` is the virtual time that the invocation took, which is what it slept; what follows from the answer
    happens that much later. `version` is the version of the function that ran.
    """

    payload: bytes
    failed: bool
    request_id: str
    seconds: float = 0.0
    version: str = "$LATEST"
