"""Sets of numbers: unions of intervals, and steps within them.

An interval lies between two cuts; the cut (5, 0) is just below 5 and (5, 1) just above, so open and
closed ends compare as tuples do.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, floor, inf, isfinite, lcm

from bus.patterns.leaf import Leaf
from bus.patterns.terms import AnythingBut, Numeric, Present

Number = int | float
Cut = tuple[int | float | Fraction, int]
Intervals = tuple[tuple[Cut, Cut], ...]

ALL: Intervals = (((-inf, 1), (inf, 0)),)


def point(number: Number) -> tuple[Cut, Cut]:
    """The interval of one number."""
    return (number, 0), (number, 1)


def union(intervals: Iterable[tuple[Cut, Cut]]) -> Intervals:
    """Intervals in any order and overlapping, put into form."""
    found: list[tuple[Cut, Cut]] = []
    for low, high in sorted(intervals):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        elif low < high:
            found.append((low, high))
    return tuple(found)


def both(one: Intervals, other: Intervals) -> Intervals:
    """What lies in both sets; in time proportional to their sizes."""
    found, at, beside = [], 0, 0
    while at < len(one) and beside < len(other):
        low, high = max(one[at][0], other[beside][0]), min(one[at][1], other[beside][1])
        if low < high:
            found.append((low, high))
        if one[at][1] <= other[beside][1]:
            at += 1
        else:
            beside += 1
    return tuple(found)


def outside(intervals: Intervals) -> Intervals:
    """Every number that is not in the set."""
    cuts = [ALL[0][0], *(cut for interval in intervals for cut in interval), ALL[0][1]]
    return tuple((low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=True) if low < high)


def numbers_of(leaf: Leaf) -> Intervals:
    """The numbers that a field of a pattern accepts."""
    found = [point(number) for number in leaf.numbers]
    for term in leaf.terms:
        match term:
            case Numeric():
                found.append(((term.low, 1 - term.includes_low), (term.high, int(term.includes_high))))
            case AnythingBut(values=values):
                found += outside(union(point(value) for value in values if not isinstance(value, str)))
            case Present():
                found += ALL
    return union(found)


def member(intervals: Intervals, step: Fraction | None) -> Number | None:
    """A number of the set, a multiple of `step` where there is one; whole, and near zero, where it can be."""
    found = [number for low, high in intervals for number in _members(low, high, step)]
    return min(found, key=lambda number: (number != int(number), abs(number)), default=None)


def _members(low: Cut, high: Cut, step: Fraction | None) -> Iterator[Number]:
    multiple = _multiple(low, high, step or Fraction(1))
    if multiple is not None:
        yield multiple
    elif step is None:
        middle = (Fraction(low[0]) + Fraction(high[0])) / 2
        places = next((each for each in range(1, 18) if low < (round(middle, each), 0) < high), None)
        yield float(middle if places is None else round(middle, places))


def _multiple(low: Cut, high: Cut, step: Fraction) -> Number | None:
    """The multiple of `step` between the cuts that is nearest to zero."""
    if low <= (0, 0) < high:
        return 0
    if low >= (0, 0):
        count = ceil(Fraction(low[0]) / step)
        count += (count * step, 0) < low
    else:
        count = floor(Fraction(high[0]) / step)
        count -= (count * step, 1) > high
    number = count * step
    if not (low <= (number, 0) and (number, 1) <= high):
        return None
    return int(number) if number.denominator == 1 else float(number)


def step_of(multiples: Iterable[Number]) -> Fraction | None:
    """What a multiple of all of these is a multiple of; 0.1 counts as a tenth."""
    found: Fraction | None = None
    for each in multiples:
        step = Fraction(str(each)) if isfinite(each) else Fraction(1)
        if found is None:
            found = step
        else:
            numerator = lcm(found.numerator * step.denominator, step.numerator * found.denominator)
            found = Fraction(numerator, found.denominator * step.denominator)
    return found
