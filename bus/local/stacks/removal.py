"""The deletion of resources, told of one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from bus.local.errors import PlaneError
from bus.local.makers import Makers
from bus.local.resources import Made
from bus.local.stacks.reasons import reason_of
from bus.local.stacks.record import StackRecord


@dataclass(frozen=True)
class Doomed:
    """A resource that a stack lets go of. `kept`: it stays where it is; `former`: it was replaced."""

    made: Made
    kept: bool = False
    former: bool = False


def delete(makers: Makers, resources: Sequence[Doomed], record: StackRecord) -> list[str]:
    """Delete resources, last made first; returns a sentence for each that could not be deleted."""
    failures = []
    for doomed in reversed(resources):
        made, former = doomed.made, doomed.former
        name, type_, ref = made.wanted.logical_id, made.wanted.type, made.ref
        if doomed.kept:
            record.tell(name, type_, "DELETE_SKIPPED", physical_id=ref, former=former)
            continue
        record.tell(name, type_, "DELETE_IN_PROGRESS", physical_id=ref, former=former)
        try:
            makers.remove(made)
        except (PlaneError, ValueError) as error:
            failures.append(f"{name} ({type_}): {error}")
            record.tell(name, type_, "DELETE_FAILED", physical_id=ref, reason=reason_of(error), former=former)
        else:
            record.tell(name, type_, "DELETE_COMPLETE", physical_id=ref, former=former)
    return failures
