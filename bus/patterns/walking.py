"""One branch of a pattern beside one event, exactly as AWS's open engine has it: the reference of every faster way.

An array in the event stands for its elements, and a field may lie in any of them. Fields that lie
below one array must all be satisfied by the same element of it: event-ruler's README calls this
array consistency. The walk takes time proportional to pattern times event, whatever they hold.
"""

from bus.patterns.absence import walk_with_absences
from bus.patterns.accepting import Check, accepts
from bus.patterns.arrays import flat
from bus.patterns.parse import Branch
from bus.patterns.tree import Tree, tree_of


def walk(branch: Branch) -> Check:
    """The check of a whole parsed event against one branch."""
    tree = tree_of(branch)
    if any(leaf.absent for leaf in branch.values()):
        return walk_with_absences(tree)
    return _object(tree)


def _object(tree: Tree) -> Check:
    checks = tuple((key, accepts(leaf)) for key, leaf in tree.leaves)
    checks += tuple((key, _object(below)) for key, below in tree.inner)

    def check(value: object) -> bool:
        if isinstance(value, dict):
            for key, accepted in checks:  # noqa: SIM110 - a generator would cost twice as much
                if key not in value or not accepted(value[key]):
                    return False
            return True
        return isinstance(value, list) and any(map(check, flat(value)))

    return check
