"""What one client may cost the server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `target` is the longest request target (more is answered 414), `head` the longest request line with all headers
    (431), `body` the longest body (413). A request whose head, or whose body after it, takes longer than
    `head_seconds` or `body_seconds` is answered 408. A client that reads nothing of what is written to it for
    `stalled_seconds`, or lets `unread` bytes of a stream pile up, is cut off. Of more than `connections` at once, the
    one that has waited longest for its client makes room.
    """

    target: int = 16 * 1024
    head: int = 64 * 1024
    body: int = 128 * 1024 * 1024
    connections: int = 4096
    idle_seconds: float = 300
    head_seconds: float = 20
    body_seconds: float = 120
    stalled_seconds: float = 60
    lingering_seconds: float = 2
    unread: int = 16 * 1024 * 1024

    @property
    def shortest(self) -> float:
        """The shortest of the times."""
        return min(
            self.idle_seconds, self.head_seconds, self.body_seconds, self.stalled_seconds, self.lingering_seconds
        )
