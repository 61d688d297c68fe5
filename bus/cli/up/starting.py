"""How long a process has been there."""

import os
import time
from pathlib import Path

_BEGAN = time.monotonic()
_START = 19  # of the fields after the command's name: proc(5), /proc/pid/stat, (22) starttime, in clock ticks


def age() -> float:
    """Seconds since this process began; where the system does not say, since it had this module."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.monotonic() - _BEGAN
