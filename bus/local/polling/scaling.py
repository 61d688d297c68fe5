"""How many batches of a queue are processed at one time.

Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".
"""

FIRST, STEP, MOST = 5, 300, 1250
_MINUTE = 60.0


class Scaling:
    """Five batches at first, and up to 300 more each minute while there is work; a bound of the mapping's own
    replaces that.

    Lambda also scales down after errors, by amounts that it does not publish; that is not done here.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def limit(self, now: float, in_flight: int, bound: int | None) -> int:
        """The most batches at `now`, of which `in_flight` are on their way."""
        if bound is not None:
            return bound
        if self._since is None or not in_flight:
            self._since = now
        return min(FIRST + STEP * int((now - self._since) // _MINUTE), MOST)
