"""One value as JSON text, in any of the ways in which it can be written."""

import json
from typing import Any

from tests.patterns.making import Making
from tests.patterns.vocabulary import SCALARS

_SPACES = ("", "", "", " ", "\n", "\t ", "\r\n")


class Writing(Making):
    """Writes what json.loads reads as the value given; a key may stand twice in an object, the last one meant."""

    def text(self, value: Any, *, twice: bool = True) -> str:
        return f"{self._space()}{self._written_out(value, twice)}{self._space()}"

    def _written_out(self, value: Any, twice: bool) -> str:  # noqa: FBT001 - passed on
        if isinstance(value, dict):
            members = [member for key, below in value.items() for member in self._members(key, below, twice)]
            return "{" + ",".join(members) + self._space() + "}"
        if isinstance(value, list):
            return "[" + ",".join(self.text(each, twice=twice) for each in value) + self._space() + "]"
        if isinstance(value, str):
            return '"' + "".join(map(self._character, value)) + '"'
        return json.dumps(value) if isinstance(value, bool) or value is None else self._number(value)

    def _members(self, key: str, value: Any, twice: bool) -> list[str]:  # noqa: FBT001 - passed on
        values = [self.pick((self.pick(SCALARS), [], {})), value] if twice and self.roll(6) == 5 else [value]
        name = f"{self._space()}{self._written_out(key, twice)}{self._space()}"
        return [f"{name}:{self.text(each, twice=twice)}" for each in values]

    def _character(self, character: str) -> str:
        if self.roll(4) == 3:
            units = character.encode("utf-16-be").hex()
            return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
        return json.dumps(character, ensure_ascii=False)[1:-1]

    def _number(self, value: float) -> str:
        others = (repr(float(value)), f"{value:.17e}", f"{value:.20f}", f"{value * 10:.0f}E-1")
        return self.pick([json.dumps(value), *(other for other in others if float(other) == value)])

    def _space(self) -> str:
        return self.pick(_SPACES)
