"""X-Ray's tracing header, in which Lambda hands along who was invoked on behalf of one first event.

X-Ray developer guide, "Tracing header": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=a87bd80c:1|
68fd508a:5". Of a function's first invocation it says "Lineage=12326a9d:0"; how AWS makes the hashes it does not say.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bus.local.plane import Plane

_MEMBER = re.compile(r"(?:^|;)\s*(Root|Lineage)=([^;]*)")
_INVOKED = re.compile(r"([^|;]+):(\d{1,5})(?=\||$)")


@dataclass(frozen=True, slots=True)
class Chain:
    """How often each function was invoked, by its `mark`; `root` is their trace, where one is known."""

    counts: Mapping[str, int] = field(default_factory=dict)
    root: str = ""

    @classmethod
    def of_header(cls, header: str) -> "Chain":
        """What a header says; what in it cannot be read says nothing."""
        members = dict(_MEMBER.findall(header))
        counts = {function: int(again) + 1 for function, again in _INVOKED.findall(members.get("Lineage", ""))}
        return cls(counts, members.get("Root", ""))

    def header(self, plane: Plane) -> str:
        """The header for the function at its end. What is not known of the trace is made up; none is sampled."""
        root = self.root or f"1-{int(plane.clock.time()):08x}-{plane.chance.hex(24)}"
        lineage = "|".join(f"{function}:{count - 1}" for function, count in self.counts.items())
        return f"Root={root};Parent={plane.chance.hex(16)};Sampled=0;Lineage={lineage}"


@lru_cache(maxsize=4096)
def mark(name: str) -> str:
    """Eight hexadecimal digits for the name of a function."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]
