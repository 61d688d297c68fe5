"""The order in which CloudFormation makes resources: each after what it refers to."""

from collections.abc import Iterable, Mapping


class CycleError(ValueError):
    """Resources that wait for one another; `names` begins and ends with the same one."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(" -> ".join(names))


def in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The keys of `needs`, each after what it needs, otherwise as they stand. Raises CycleError."""
    done: dict[str, None] = {}
    for name in needs:
        _visit(name, needs, done, [])
    return list(done)


def _visit(name: str, needs: Mapping[str, Iterable[str]], done: dict[str, None], trail: list[str]) -> None:
    if name in done:
        return
    if name in trail:
        raise CycleError([*trail[trail.index(name) :], name])
    for needed in needs[name]:
        _visit(needed, needs, done, [*trail, name])
    done[name] = None
