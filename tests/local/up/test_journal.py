"""A journal gives back what was appended, whatever a kill left at its end."""

from pathlib import Path

import pytest

from bus.local.up.journal import DamagedJournalError, Journal, records

RECORDS = [b"first", b"", b"x" * 100_000, b"last"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of four records."""
    journal = Journal(tmp_path / "journal")
    for record in RECORDS:
        journal.append(record)
    journal.close()
    return journal.path


def test_every_record_comes_back_in_order(path: Path) -> None:
    assert list(records(path)) == RECORDS


def test_there_is_nothing_where_there_is_no_file(tmp_path: Path) -> None:
    assert list(records(tmp_path / "none")) == []


@pytest.mark.parametrize("left", range(1, 12))
def test_a_record_that_was_half_written_does_not_count(path: Path, left: int) -> None:
    whole = path.read_bytes()
    end = len(whole) - len(RECORDS[-1]) - 8
    path.write_bytes(whole[: end + left])
    assert list(records(path)) == RECORDS[:-1]


@pytest.mark.parametrize("left", range(12))
def test_what_is_appended_after_a_half_written_record_comes_back(path: Path, left: int) -> None:
    whole = path.read_bytes()
    end = len(whole) - len(RECORDS[-1]) - 8
    path.write_bytes(whole[: end + left])
    journal = Journal(path)
    journal.append(b"new")
    journal.close()
    assert list(records(path)) == [*RECORDS[:-1], b"new"]


def test_a_last_record_of_wrong_bytes_does_not_count(path: Path) -> None:
    """A write that the system had begun may have made the file longer before its bytes were there."""
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.write_bytes(whole)
    assert list(records(path)) == RECORDS[:-1]


def test_damage_that_records_follow_is_told_with_its_place(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[8] ^= 1  # the first byte of the first record
    path.write_bytes(whole)
    with pytest.raises(DamagedJournalError, match="damaged at byte 0") as caught:
        list(records(path))
    assert caught.value.offset == 0
    assert "bus down --clean" in str(caught.value)
