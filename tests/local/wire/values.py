"""Values for every member of a shape, deterministic and of odd texts, for both ways over the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any

TEXT = 'ä "quoted" <&> /%+ \u2603 \U0001f680\ttab'
_INSTANT = datetime(2026, 3, 4, 5, 6, 7, 125_000, tzinfo=UTC)
_DEEPEST = 6


class Values:
    """A new value at each call: no two members of a request have the same."""

    def __init__(self) -> None:
        self._made = 0

    def of(self, shape: Any, depth: int = 0) -> Any:
        """Of lists two members, of unions one; shapes that hold themselves end after a few levels."""
        self._made += 1
        match shape.type_name:
            case "structure":
                return self._structure(shape, depth)
            case "list":
                least = shape.metadata.get("min", 0)
                return [self.of(shape.member, depth + 1) for _ in range(max(least, 2) if depth < _DEEPEST else least)]
            case "map":
                return {f"key {self._made}.{n}": self.of(shape.value, depth + 1) for n in range(2)}
        return self._scalar(shape)

    def _structure(self, shape: Any, depth: int) -> Any:
        if shape.is_document_type:
            return {"any": ["thing", 1, None, True]}
        names = [name for name in shape.members if name in shape.required_members or depth < _DEEPEST]
        if shape.is_tagged_union:
            every = list(shape.members)
            names = [every[self._made % len(every)]] if depth < _DEEPEST else every[:1]
        return {name: self.of(shape.members[name], depth + 1) for name in names}

    def _scalar(self, shape: Any) -> Any:
        match shape.type_name:
            case "string":
                text = str(self._made) if shape.serialization.get("location") == "header" else f"{TEXT}{self._made}"
                return text.ljust(shape.metadata.get("min", 0), "x")
            case "integer" | "long":
                return max(shape.metadata.get("min", 0), self._made)
            case "float" | "double":
                return self._made + 0.5
            case "boolean":
                return self._made % 2 == 0
            case "timestamp":
                return _INSTANT + timedelta(milliseconds=self._made)
            case "blob":
                return bytes((0, 255, 10)) + str(self._made).encode()
        raise AssertionError(shape.type_name)
