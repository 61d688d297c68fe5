"""Every stack that there is and was."""

from collections.abc import Iterator

from bus.local.clock import Clock
from bus.local.stacks.record import StackRecord
from bus.topology import Setting


class Records:
    """Records by stack id, oldest first, and the stacks that are there by name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, StackRecord] = {}

    def __iter__(self) -> Iterator[StackRecord]:
        return iter(self._by_id.values())

    def add(self, setting: Setting) -> StackRecord:
        """The record of a new stack."""
        record = self._by_id[setting.stack_id] = StackRecord(setting, self._clock)
        return record

    def named(self, name: str) -> StackRecord | None:
        """The stack of that name, unless it is gone."""
        return next(
            (record for record in reversed(self._by_id.values()) if record.name == name and not record.gone), None
        )

    def known(self, name_or_id: str) -> StackRecord | None:
        """The same by name, or any, gone or not, by its id."""
        return self._by_id.get(name_or_id) or self.named(name_or_id)
