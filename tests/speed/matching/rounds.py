"""Measuring contenders in turns, so that what else the machine does hits all alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time

from .contenders import FLOOR, Match

_SHARE_TO_PROBE = 0.25


@dataclass(frozen=True)
class Rates:
    """Events a second of the processor, per contender and round; and how many events each one was given."""

    per_round: Mapping[str, Sequence[float]]
    events: Mapping[str, int]

    def thousands(self, contender: str) -> float:
        return median(self.per_round[contender]) / 1_000

    def of_floor(self, contender: str) -> float:
        """The rate as a share of the floor's, round by round, and the median of these."""
        pairs = zip(self.per_round[contender], self.per_round[FLOOR], strict=True)
        return median(rate / floor for rate, floor in pairs)


def take_turns(
    contenders: Mapping[str, Match],
    lines: Sequence[bytes],
    rounds: int,
    seconds: Callable[[str], float],
) -> Rates:
    """Each contender once a round, on as many of `lines` as it does in the `seconds` that it may have."""
    samples = {name: fitting(match, lines, seconds(name)) for name, match in contenders.items()}
    per_round: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, match in contenders.items():
            per_round[name].append(len(samples[name]) / seconds_for(match, samples[name]))
    return Rates(per_round, {name: len(lines) for name, lines in samples.items()})


def fitting(match: Match, lines: Sequence[bytes], seconds: float) -> Sequence[bytes]:
    """As many of `lines`, evenly spread, as `match` does in these seconds, but at least one.

    It is tried on fewer before; so whatever it prepares at a first event is ready.
    """
    number = 1
    match(lines[0])
    while True:
        spent = seconds_for(match, spread(lines, number))
        if number == len(lines) or spent > seconds * _SHARE_TO_PROBE:
            break
        number = min(len(lines), number * 4)
    return spread(lines, int(number * seconds / spent))


def spread(lines: Sequence[bytes], number: int) -> Sequence[bytes]:
    """`number` of `lines` from all over them; all when there are no more, one at least."""
    number = max(1, min(number, len(lines)))
    return [lines[index * len(lines) // number] for index in range(number)]


def seconds_for(match: Match, lines: Sequence[bytes]) -> float:
    """Seconds of the processor: those that another process takes do not count."""
    started = thread_time()
    for line in lines:
        match(line)
    return thread_time() - started
