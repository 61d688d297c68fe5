"""From a branch to closures: a tree of fields, walked beside the event.

An array in the event stands for its elements. At each array the tree chooses one element and
looks for everything below it there, which is what event-ruler calls array consistency: no match
whose fields lie in different elements of one array.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bus.patterns.leaf import Leaf
from bus.patterns.parse import Branch, Path

Check = Callable[[Any], bool]


def compile_branch(branch: Branch) -> Check:
    """The check of a whole event against one branch."""
    if any(leaf.absent for leaf in branch.values()):
        return _with_absences(branch)
    return _present(branch)


def _with_absences(branch: Branch) -> Check:
    """An absence holds when no leaf lies at the path anywhere in the event, arrays included.

    What is absent leaves the tree; the trees are kept by what remained of them.
    """
    may_be_absent = [path for path, leaf in branch.items() if leaf.absent]
    trees: dict[tuple[Path, ...], Check] = {}

    def check(event: object) -> bool:
        absent = tuple(path for path in may_be_absent if not _has_leaf(event, path))
        tree = trees.get(absent)
        if tree is None:
            tree = trees[absent] = _present({path: leaf for path, leaf in branch.items() if path not in absent})
        return tree(event)

    return check


def _has_leaf(value: object, path: Path) -> bool:
    if isinstance(value, list):
        return any(_has_leaf(element, path) for element in value)
    if not path:
        return not isinstance(value, Mapping)
    return isinstance(value, Mapping) and path[0] in value and _has_leaf(value[path[0]], path[1:])


def _present(branch: Branch) -> Check:
    """All of the branch's fields, by their first key; a field that is also a parent is both."""
    leaves = {path[0]: leaf for path, leaf in branch.items() if len(path) == 1}
    below: dict[str, Branch] = {}
    for path, leaf in branch.items():
        if len(path) > 1:
            below.setdefault(path[0], {})[path[1:]] = leaf
    checks = [(key, _leaf(leaf)) for key, leaf in leaves.items()]
    checks += [(key, _present(child)) for key, child in below.items()]
    return _fields(tuple(checks))


def _fields(checks: tuple[tuple[str, Check], ...]) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, dict):
            for key, test in checks:  # noqa: SIM110 - a generator would cost twice as much
                if key not in value or not test(value[key]):
                    return False
            return True
        if isinstance(value, list):
            return any(map(check, value))
        return not checks

    return check


def _leaf(leaf: Leaf) -> Check:
    return _texts(leaf.texts) if leaf.only_texts else _values(leaf)


def _texts(texts: frozenset[str]) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, str):
            return value in texts
        return isinstance(value, list) and any(map(check, value))

    return check


def _values(leaf: Leaf) -> Check:
    texts, numbers, literals, tests = leaf.texts, leaf.numbers, leaf.literals, leaf.tests

    def check(value: Any) -> bool:
        if isinstance(value, list):
            return any(map(check, value))
        if isinstance(value, dict):
            return False
        if isinstance(value, str):
            if value in texts:
                return True
        elif value is None or value is True or value is False:
            if value in literals:
                return True
        elif value in numbers:
            return True
        return any(test(value) for test in tests)

    return check
