"""One question: is there an event that satisfies some demands and not others? Every example is checked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from referencing import Registry

from bus.patterns.parse import Branch
from bus.patterns.reasoning.demands import Fields, demands
from bus.patterns.reasoning.outcomes import Empty, Found, Outcome, Unknown
from bus.patterns.reasoning.places import Place
from bus.patterns.reasoning.references import Node, Resolve, retriever, root
from bus.patterns.reasoning.searching import Search
from bus.patterns.reasoning.validating import Validity, plain, validity
from bus.patterns.reasoning.work import TooLargeError, Work

_LIKENESS = '"exists": false beside arrays depends on the other fields; no event was found, and none is excluded'


@dataclass(frozen=True)
class World:
    """The events that a question is about: all, or those that a schema allows; without arrays, if need be."""

    schemas: tuple[Node, ...]
    allows: Validity
    arrays: bool = True
    work: Work = field(default_factory=Work)


def world(schema: Mapping[str, Any] | None, resolve: Resolve | None, *, arrays: bool = True) -> World:
    """Raises ValueError for a schema that is none, UnresolvedReferenceError when it refers to what is not there."""
    if schema is None:
        return World((), lambda _: True, arrays)
    plain_schema = plain(schema)
    retrieve = retriever(resolve)
    node = root(plain_schema, resolve if isinstance(resolve, Registry) else retrieve)
    return World((node, node.below({"type": "object"})), validity(plain_schema, retrieve), arrays)


def decide(
    world: World, wants: tuple[Branch, ...], bans: tuple[Fields, ...], check: Callable[[Any], bool]
) -> Iterator[Outcome]:
    """Events of the world that satisfy all branches of `wants` and none of `bans`, which `check` agrees to.

    An outcome for each alternative that the branches consist of. Nothing is to be found when all are Empty.
    """
    try:
        for wanted in product(*map(demands, wants)):
            yield _decide(world, Place((), world.schemas, wanted, bans, world.arrays), check)
    except TooLargeError as error:
        yield Unknown(str(error))
    except RecursionError:
        yield Unknown("the patterns or the schema are nested too deeply")


def first(outcomes: Iterable[Outcome]) -> Outcome:
    """An event if there is one, what is unknown if anything is, or else the reason that says most."""
    seen: list[Empty] = []
    unknown: Unknown | None = None
    for outcome in outcomes:
        if isinstance(outcome, Found):
            return outcome
        if isinstance(outcome, Empty):
            seen.append(outcome)
        else:
            unknown = outcome
    return unknown or max(seen, key=lambda empty: len(empty.path))


def _decide(world: World, place: Place, check: Callable[[Any], bool]) -> Outcome:
    unread: set[str] = set()
    for examples in (True, False) if world.schemas else (False,):
        search = Search(world.work, examples=examples)
        found = search.event(place)
        if isinstance(found, Found) and not (found.value or world.schemas):
            found = Found({"any field": "any value"})  # filters of SNS attributes pass over events without fields
        if isinstance(found, Found) and world.allows(found.value) and check(found.value):
            return found
        if isinstance(found, Empty) and search.met_arrays:
            return _beside_arrays(world, place, check)
        if not isinstance(found, Found):
            return found
        unread |= search.unread
    if unread:
        return Unknown(
            f"the schema's {', '.join(sorted(unread))} cannot be reasoned about, and the event found breaks it"
        )
    return Unknown(_LIKENESS if not world.schemas else "the event that was found is refused by the schema's validator")


def _beside_arrays(world: World, place: Place, check: Callable[[Any], bool]) -> Outcome:
    """Without the conditions that are a likeness only: if even so there is no event, there is none."""
    eased = replace(
        place,
        wants=tuple(_eased(want) for want in place.wants if isinstance(want, Fields)),
        bans=tuple(ban for ban in place.bans if isinstance(ban, Fields) and not _is_loose(ban)),
    )
    found = Search(world.work, examples=False).event(eased)
    if isinstance(found, Empty) or (isinstance(found, Found) and world.allows(found.value) and check(found.value)):
        return found
    return Unknown(_LIKENESS)


def _is_loose(fields: Fields) -> bool:
    return fields.loose or any(_is_loose(each.want) for each in fields.fields if isinstance(each.want, Fields))


def _eased(fields: Fields) -> Fields:
    kept = (each for each in fields.fields if each.holds or not fields.loose)
    return Fields(
        tuple(replace(each, want=_eased(each.want)) if isinstance(each.want, Fields) else each for each in kept)
    )
