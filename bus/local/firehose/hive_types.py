"""The column types of Glue tables, as Arrow has them (Apache Hive language manual, "Types")."""

import re

import pyarrow as pa

from bus.local.errors import PlaneError

_SIMPLE: dict[str, pa.DataType] = {
    "string": pa.string(),
    "char": pa.string(),
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("ms"),
}
_TOKEN = re.compile(r"\s*([A-Za-z0-9_$-]+|[<>(),:])")


class ColumnTypeError(PlaneError):
    """A column of a Glue table has no type of Hive's."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text} is no type of a column")


def arrow_type(text: str) -> pa.DataType:
    """Raises ColumnTypeError."""
    parser = _Parser(text)
    type_ = parser.type()
    if parser.tokens:
        raise ColumnTypeError(text)
    return type_


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise ColumnTypeError(text)

    def type(self) -> pa.DataType:
        name = self._next().lower()
        match name:
            case "array":
                self._next("<")
                element = self.type()
                self._next(">")
                return pa.list_(element)
            case "map":
                self._next("<")
                key = self.type()
                self._next(",")
                value = self.type()
                self._next(">")
                return pa.map_(key, value)
            case "struct":
                return self._struct()
            case "decimal":
                precision, scale = self._numbers(10, 0)
                return pa.decimal128(precision, scale)
        self._numbers(0, 0)  # the length of char and varchar
        if name not in _SIMPLE:
            raise ColumnTypeError(self._text)
        return _SIMPLE[name]

    def _struct(self) -> pa.DataType:
        self._next("<")
        fields = []
        while True:
            name = self._next()
            self._next(":")
            fields.append(pa.field(name.lower(), self.type()))
            if self._next() == ">":
                return pa.struct(fields)

    def _numbers(self, first: int, second: int) -> tuple[int, int]:
        if not self.tokens or self.tokens[0] != "(":
            return first, second
        self._next("(")
        first = int(self._next())
        if self._next() == ",":
            second = int(self._next())
            self._next(")")
        return first, second

    def _next(self, wanted: str = "") -> str:
        token: str = self.tokens.pop(0) if self.tokens else ""
        if not token or wanted not in ("", token):
            raise ColumnTypeError(self._text)
        return token
