"""What came of an invocation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON that was answered, and whether it is an error's ("Unhandled").

    `seconds` is the virtual time that the invocation took, which is what it slept; what follows from the answer
    happens that much later. `version` is the version of the function that ran. `log` is the end of what it wrote, of
    a process that was asked for it (`Work.tail`).
    """

    payload: bytes
    failed: bool
    request_id: str
    seconds: float = 0.0
    version: str = "$LATEST"
    log: str = ""
