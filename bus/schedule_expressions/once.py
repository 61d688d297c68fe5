"""at(yyyy-mm-ddThh:mm:ss): one occasion."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Once:
    """The occasion of a one-time schedule, in epoch seconds."""

    instant: float

    def starting(self, _: float) -> "Once":
        """Itself: a one-time schedule does not start anywhere."""
        return self

    def after(self, instant: float) -> float | None:
        """The occasion, if it is strictly after `instant`."""
        return self.instant if self.instant > instant else None
