"""One branch of a pattern beside one event, exactly as AWS's open engine has it: the reference of every faster way.

An array in the event stands for its elements, and a field may lie in any of them. Fields that lie
below one array must all be satisfied by the same element of it: event-ruler's README calls this
array consistency. The walk takes time proportional to pattern times event, whatever they hold.
"""

from bus.patterns.absence import walk_with_absences
from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import arrays_within, flat
from bus.patterns.parse import Branch
from bus.patterns.tree import Tree, tree_of


def walk(branch: Branch) -> Check:
    """The check of a whole parsed event against one branch."""
    tree = tree_of(branch)
    if any(leaf.absent for leaf in branch.values()):
        return walk_with_absences(tree)
    return _object(tree)


def _object(tree: Tree) -> Check:
    checks = {key: accepts(leaf) for key, leaf in tree.leaves}
    for key, below in tree.inner:
        inner = _object(below)
        checks[key] = _value_and_object(checks[key], inner) if key in checks else inner
    fields = tuple(checks.items())

    def check(value: object) -> bool:
        if isinstance(value, dict):
            for key, accepted in fields:  # noqa: SIM110 - a generator would cost twice as much
                if key not in value or not accepted(value[key]):
                    return False
            return True
        return isinstance(value, list) and any(map(check, flat(value)))

    return check


def _value_and_object(accepted: Check, inner: Check) -> Check:
    """The check of a field that must hold both a value and an object, which only an array can.

    event-ruler counts a value to the arrays around its own array, so both must lie in one array.
    """

    def check(value: object) -> bool:
        return isinstance(value, list) and any(
            any(accepted(each) for each in array if each.__class__ is not list) and inner(array)
            for array in arrays_within(value)
        )

    return check
