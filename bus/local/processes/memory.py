"""How much memory a process had."""

from pathlib import Path


def peak_memory(pid: int) -> int:
    """MB, the most that was resident at once (proc(5), VmHWM); 0 when that cannot be told, as of a dead process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peaks[0]) // 1024 if peaks else 0
