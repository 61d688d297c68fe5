"""When Python looks for garbage in `bus up`: seldom, and not through what stays.

The plane's own work leaves none that needs looking for, and the state is most of what there is to look through: a
collection of a full queue takes tenths of a second, in which nobody is answered. What is frozen is freed as ever when
nothing refers to it any more; only cycles among it wait for `look`.
"""

import gc

_YOUNG = 20_000  # new objects that are worth a look: about a millisecond


def keep() -> None:
    """What there is now stays: leave it out from now on. In a forked child too, where a look would copy every page."""
    gc.set_threshold(_YOUNG, 10, 10)
    gc.freeze()


def look() -> None:
    """Look through everything; for when nobody waits for an answer."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
