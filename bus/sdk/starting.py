"""How a function starts: what it loads, it keeps."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[None]:
    """What the block allocates is there to stay, and the garbage collector need not look at it, now or later.

    Importing modules and reading AWS's descriptions makes a hundred thousand objects; to look among them
    for garbage, again and again while they grow, costs a tenth of the start. `gc.freeze` sets aside whatever
    is there, so this is for what happens once in a process.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
