"""The journal: every input of the plane, in the order in which it was taken, appended before it is acted on.

A record is its length and its CRC-32 (four bytes each, little-endian), then its bytes. Each is handed to the operating
system by one write before the caller hears anything, so it outlives the process, however that dies. It is not synced
to the disk: a machine that loses power may lose the last seconds.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from bus.local.errors import PlaneError

_HEAD = struct.Struct("<II")


class DamagedJournalError(PlaneError):
    """Something in the midst of a journal is not what was written."""

    def __init__(self, path: Path, offset: int) -> None:
        self.path, self.offset = path, offset
        super().__init__(
            f"{path} is damaged at byte {offset}, and there are records after that; restore the file, or forget "
            "everything with: bus down --clean"
        )


class Journal:
    """One file that grows at its end."""

    def __init__(self, path: Path) -> None:
        """Goes on after the last whole record of `path`: what a killed process left half written was never answered."""
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        whole = sum(_HEAD.size + len(record) for record in records(path))
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)

    def append(self, record: bytes) -> None:
        """Keep it. Raises OSError when the disk is full; then nothing of it is kept."""
        whole = _HEAD.pack(len(record), crc32(record)) + record
        written = os.write(self._file, whole)
        while written < len(whole):
            written += self._rest(whole, written)

    def _rest(self, whole: bytes, written: int) -> int:
        try:
            return os.write(self._file, whole[written:])
        except OSError:
            end = os.lseek(self._file, -written, os.SEEK_CUR)
            os.ftruncate(self._file, end)
            raise

    def close(self) -> None:
        os.close(self._file)


def records(path: Path) -> Iterator[bytes]:
    """What a journal holds, up to a record that was not wholly written; nothing where there is no file.

    Raises DamagedJournalError when a record is damaged that others follow.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    offset = 0
    while offset + _HEAD.size <= len(content):
        length, checksum = _HEAD.unpack_from(content, offset)
        start, end = offset + _HEAD.size, offset + _HEAD.size + length
        if end > len(content):
            return
        record = content[start:end]
        if crc32(record) != checksum:
            if end < len(content):
                raise DamagedJournalError(path, offset)
            return
        yield record
        offset = end
