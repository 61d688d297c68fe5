"""What a load is, and what is told of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median

from tests.speed.serving.contenders import Server

SECONDS = 1.0  # of load in one round, about
# One round: figures that count once each, such as a rate, or every latency.
Round = Callable[[], list[float]]
_NAMES = count()


def new_name(kind: str) -> str:
    """A name that no resource has yet."""
    return f"{kind}-{next(_NAMES)}"


@dataclass(frozen=True)
class Load:
    """One kind of load: `prepare` readies a server for it, once, and returns what runs a round.

    Of a load in milliseconds, `parts` of all of the rounds' latencies are told; of any other, the median of the rounds.
    """

    name: str
    unit: str
    prepare: Callable[[Server], Round]
    parts: tuple[float, ...] = ()
    unable: frozenset[str] = frozenset()  # servers that do not do this at all

    @property
    def labels(self) -> list[str]:
        """What each of its figures is called."""
        return [f"{self.name}, p{part * 100:.0f}" for part in self.parts] or [self.name]

    def figures(self, measured: Sequence[float]) -> list[float]:
        """Of all that was measured in all rounds, by label."""
        if not self.parts:
            return [median(measured)]
        ranked = sorted(measured)
        return [ranked[min(len(ranked) - 1, int(len(ranked) * part))] for part in self.parts]
