"""Key schemas, and keys as bytes that sort as DynamoDB sorts."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from bus.local.dynamodb import numbers
from bus.local.dynamodb.attributes import AttributeValue, Item, admit
from bus.local.dynamodb.errors import invalid, invalid_values

LONGEST_HASH, LONGEST_RANGE = 2048, 1024
# Above every sort key: no key is longer than its limit.
TOP = b"\xff" * (LONGEST_RANGE + 1)

MISMATCH = "The provided key element does not match the schema"


class Key(NamedTuple):
    """Where an item lies: its partition, and its place within (empty without a sort key)."""

    hash: bytes
    range: bytes


def encoded(value: AttributeValue) -> bytes:
    """A key attribute's bytes: UTF-8, binary as it is, numbers in numeric order."""
    ((kind, content),) = value.items()
    if kind == "S":
        return str(content).encode()
    return numbers.sort_bytes(content) if kind == "N" else bytes(content)


def partition(value: AttributeValue) -> bytes:
    """A partition key's bytes after their digest: partitions lie in no order that anyone could come to rely on."""
    key = encoded(value)
    return blake2b(key, digest_size=8).digest() + key


@dataclass(frozen=True)
class KeySchema:
    """The attributes of a table's or index's key, with the types of the definitions."""

    hash: str
    range: str | None
    types: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.hash,) if self.range is None else (self.hash, self.range)

    def values(self, item: Item) -> Item:
        """The key's attributes of an item that has them."""
        return {name: item[name] for name in self.names}

    def key(self, values: Item) -> Key:
        """The key of an item or key that is known to fit."""
        return Key(partition(values[self.hash]), b"" if self.range is None else encoded(values[self.range]))

    def admit_key(self, given: Mapping[str, Mapping[str, Any]]) -> Item:
        """The canonical form of a key that a caller names. Raises ValidationException."""
        if len(given) != len(self.names) or any(
            given.get(name, {}).keys() != {self.types[name]} for name in self.names
        ):
            raise invalid(MISMATCH)
        values = {name: admit(given[name]) for name in self.names}
        self.check_sizes(values)
        return values

    def check_item(self, item: Item) -> None:
        """Raises ValidationException for an item that lacks the key, or has it in another type."""
        for name in self.names:
            if name not in item:
                raise invalid_values(f"Missing the key {name} in the item")
            (actual,) = item[name]
            if actual != self.types[name]:
                raise invalid_values(f"Type mismatch for key {name} expected: {self.types[name]} actual: {actual}")
        self.check_sizes(item)

    def check_sizes(self, values: Item) -> None:
        """Raises ValidationException for an empty key attribute, or one beyond its limit."""
        for name in self.names:
            length = len(encoded(values[name]))
            if not length:
                what = "string" if self.types[name] == "S" else "binary"
                raise invalid(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute "
                    f"cannot contain an empty {what} value. Key: {name}"
                )
            if name == self.hash and length > LONGEST_HASH:
                # The missing space is DynamoDB's own.
                raise invalid_values(f"Size of hashkey has exceeded the maximum size limit of{LONGEST_HASH} bytes")
            if name == self.range and length > LONGEST_RANGE:
                raise invalid_values(
                    f"Aggregated size of all range keys has exceeded the size limit of {LONGEST_RANGE} bytes"
                )


def after(key: bytes) -> bytes:
    """The least key above `key`."""
    return key + b"\x00"


def after_prefix(prefix: bytes) -> bytes:
    """The least key above every key that begins with `prefix`."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,)) if stem else TOP
