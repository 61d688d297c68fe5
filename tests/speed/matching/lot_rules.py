"""Families of five rules over land lots, with the fields, operators and values of event-ruler's benchmark."""

from typing import Any

from .land_lots import SHARED_LATITUDE, SHARED_LONGITUDE

_WEST, _MIDDLE, _EAST = -122.46471267081272, -122.41600944012424, -122.4063085128395


def _of_lot(field: str, *terms: Any) -> dict[str, Any]:
    return {"properties": {field: list(terms)}}


def _of_shape(kind: str | None, where: str, axis: str, *numeric: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": [kind]} if kind else {}
    return {"geometry": shape | {where: {axis: [{"numeric": list(numeric)}]}}}


def _each(field: str, operator: str, *values: Any) -> list[dict[str, Any]]:
    return [_of_lot(field, {operator: value}) for value in values]


def _ignoring_case(*texts: str) -> list[dict[str, str]]:
    return [{"equals-ignore-case": text} for text in texts]


def _anything_but(street: Any, other_street: Any, kind: Any, shape: Any, number: Any) -> list[dict[str, Any]]:
    return [
        _of_lot("STREET", {"anything-but": street}),
        _of_lot("STREET", {"anything-but": other_street}),
        _of_lot("ST_TYPE", {"anything-but": kind}),
        {"geometry": {"type": [{"anything-but": shape}]}},
        _of_lot("FROM_ST", {"anything-but": number}),
    ]


def _anything_but_any(operator: str, *values: Any) -> list[dict[str, Any]]:
    return _anything_but(*({operator: value} for value in values))


def _numeric(where: str, of_multipolygons: tuple[str, float]) -> list[dict[str, Any]]:
    axis, value = of_multipolygons
    return [
        _of_shape("Polygon", where, "x", "=", SHARED_LONGITUDE),
        _of_shape("MultiPolygon", where, axis, "=", value),
        _of_shape(None, where, "x", "<", _MIDDLE),
        _of_shape(None, where, "x", ">", _MIDDLE),
        _of_shape(None, where, "x", ">", _WEST, "<", _EAST),
    ]


FAMILIES: dict[str, list[dict[str, Any]]] = {
    "exact": [_of_lot("MAPBLKLOT", lot) for lot in ("1430022", "2607117", "2607218", "3745012", "VACSTWIL")],
    "prefix": _each("STREET", "prefix", "AC", "BL", "DR", "FU", "RH"),
    "prefix-ignore-case": _each("STREET", "prefix", *_ignoring_case("Ac", "bL", "dr", "Fu", "rH")),
    "suffix": _each("STREET", "suffix", "ON", "KE", "MM", "ING", "GO"),
    "suffix-ignore-case": _each("STREET", "suffix", *_ignoring_case("oN", "Ke", "mM", "InG", "go")),
    "ignore-case": [
        *_each("STREET", "equals-ignore-case", "jefferson", "bEaCh", "HyDe", "CHESTNUT"),
        *_each("ST_TYPE", "equals-ignore-case", "st"),
    ],
    "wildcard": _each("MAPBLKLOT", "wildcard", "143*", "2*0*1*7", "*218", "3*5*2", "VA*IL"),
    "numeric": _numeric("firstCoordinates", ("z", 0)),
    "anything-but": _anything_but(["FULTON"], ["MASON"], ["ST"], ["Polygon"], ["441"]),
    "anything-but-ignore-case": _anything_but_any(
        "equals-ignore-case", ["Fulton"], ["Mason"], ["st"], ["polygon"], ["441"]
    ),
    "anything-but-prefix": _anything_but_any("prefix", "FULTO", "MASO", "S", "Poly", "44"),
    "anything-but-suffix": _anything_but_any("suffix", "ULTON", "ASON", "T", "olygon", "41"),
    "anything-but-wildcard": _anything_but_any("wildcard", "*ULT*", "*ASO*", "*ST*", "*olyg*", "*41*"),
    "complex-arrays": _numeric("coordinates", ("y", SHARED_LATITUDE)),
}

# The nine that event-ruler's benchmark puts into one machine.
OF_ALL_KINDS = (
    "numeric",
    "exact",
    "prefix",
    "anything-but",
    "anything-but-ignore-case",
    "anything-but-prefix",
    "anything-but-suffix",
    "anything-but-wildcard",
    "complex-arrays",
)
