"""A text that satisfies several conditions at once, or the proof that there is none."""

from collections.abc import Sequence

from bus.patterns.reasoning.automaton import Automaton, shortest
from bus.patterns.reasoning.ecma import found_anywhere
from bus.patterns.reasoning.networks import V6_LITERALS, Region, regions, written
from bus.patterns.reasoning.outcomes import Empty, Found, Outcome, Unknown
from bus.patterns.reasoning.text_rules import Part, TextRule
from bus.patterns.reasoning.work import TooLargeError, Work

Rules = Sequence[tuple[TextRule, bool]]
_MOST_DISAPPOINTMENTS = 200
_NEITHER = "no text was found, and none is excluded"
_V6_LITERALS = Part((found_anywhere(V6_LITERALS),))


def text_of(
    rules: Rules, work: Work, *, least: int = 0, most: int | None = None, guesses: Sequence[str] = ()
) -> Outcome:
    """A text of `least` to `most` characters; each rule must hold, or with False beside it must not."""
    guess = _guessed(rules, least, most, guesses)
    if guess is not None:
        return Found(guess)
    if any(rule.texts is not None for rule, wanted in rules if wanted):
        return Empty()
    try:
        if any(rule.inner for rule, _ in rules):
            found = _Search(rules, narrowed=True).run(least, most, work)
            if isinstance(found, Found):
                return found
        return _Search(rules, narrowed=False).run(least, most, work)
    except TooLargeError as error:
        return Unknown(str(error))


def _guessed(rules: Rules, least: int, most: int | None, guesses: Sequence[str]) -> str | None:
    wanted = [rule for rule, wanted in rules if wanted]
    finite = min((rule.texts for rule in wanted if rule.texts is not None), key=len, default=None)
    tried = sorted(finite) if finite is not None else [*guesses, *(guess for rule in wanted for guess in rule.guesses)]
    for guess in tried:
        if least <= len(guess) and (most is None or len(guess) <= most) and _hold(rules, guess):
            return guess
    return None


def _hold(rules: Rules, text: str) -> bool:
    return all(bool(rule.holds(text)) is wanted for rule, wanted in rules)


class _Search:
    """One search through the product of all automata that the rules need."""

    def __init__(self, rules: Rules, *, narrowed: bool) -> None:
        self._rules, self._narrowed = rules, narrowed
        self._automata: list[Automaton] = []
        self._read = [
            ([self._added(part) for part in parts], rule, wanted)
            for rule, wanted in rules
            if (parts := self._parts(rule)) is not None
        ]
        self._networks = [network for rule, _ in rules for network in rule.networks]
        self._addresses = self._index(_V6_LITERALS.automata[0]) if self._networks else None
        self._regions = regions(self._networks) if self._networks else []
        self._disappointing = 0

    def run(self, least: int, most: int | None, work: Work) -> Outcome:
        self._least, self._most = least, most
        self._better: str | None = None
        found = shortest(self._automata, self._wanted, self._alive, least, most, work.part())
        if found is not None:
            return Found(self._better or found)
        if not self._disappointing:
            return Empty()
        unread = [rule.unread for rule, _ in self._rules if rule.unread]
        return Unknown(f"the schema's {unread[0]} cannot be reasoned about" if unread else _NEITHER)

    def _parts(self, rule: TextRule) -> tuple[Part, ...] | None:
        return (rule.inner,) if self._narrowed and rule.inner else rule.parts

    def _added(self, part: Part) -> tuple[list[int], bool]:
        return list(map(self._index, part.automata)), part.inside

    def _index(self, automaton: Automaton) -> int:
        if automaton not in self._automata:
            self._automata.append(automaton)
        return self._automata.index(automaton)

    def _wanted(self, text: str, accepted: tuple[bool, ...]) -> bool:
        if self._addresses is None or not accepted[self._addresses]:
            possible = self._possible(accepted, None)
        else:
            # All literals that end in this state stand for any address, as far as automata can tell.
            numbers = [region.number for region in self._regions if self._possible(accepted, region)]
            self._better = next((each for number in numbers for each in written(number) if self._good(each)), None)
            possible = bool(numbers) or self._possible(accepted, None)
        if not possible:
            return False
        if self._better is not None or _hold(self._rules, text):
            return True
        self._disappointing += 1
        if self._disappointing > _MOST_DISAPPOINTMENTS:
            raise TooLargeError(_NEITHER)
        return False

    def _alive(self, states: tuple[int, ...]) -> bool:
        """Whether every rule that must hold still may."""
        if self._addresses is not None and states[self._addresses]:
            return True
        return all(
            any(not inside or all(states[index] for index in indexes) for indexes, inside in parts)
            for parts, _, wanted in self._read
            if wanted
        )

    def _good(self, text: str) -> bool:
        return self._least <= len(text) and (self._most is None or len(text) <= self._most) and _hold(self._rules, text)

    def _possible(self, accepted: tuple[bool, ...], region: Region | None) -> bool:
        for parts, rule, wanted in self._read:
            holds = any(all(accepted[index] for index in indexes) is inside for indexes, inside in parts)
            if region is not None and not holds:
                holds = any(region.lies_in(network) for network in rule.networks)
            if holds is not wanted:
                return False
        return True
