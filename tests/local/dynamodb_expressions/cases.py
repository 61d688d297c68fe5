"""Expressions of a test, with just the placeholders that they use."""

import re
from typing import Any

from bus.local.dynamodb.expressions import Expressions

ITEM: dict[str, Any] = {
    "id": {"S": "order-7"},
    "n": {"N": "10"},
    "big": {"N": "12345678901234567890123456789012345678"},
    "tags": {"SS": ["blue", "red"]},
    "sizes": {"NS": ["1", "2.5"]},
    "parts": {"L": [{"M": {"sku": {"S": "a"}, "q": {"N": "1"}}}, {"M": {"sku": {"S": "b"}, "q": {"N": "2"}}}]},
    "address": {"M": {"city": {"S": "Brno"}, "a.b": {"S": "dotted"}}},
    "octets": {"B": b"\x01\x02\x03"},
    "paid": {"BOOL": True},
    "gone": {"NULL": True},
}
NAMES = {"#n": "n", "#dotted": "a.b", "#status": "status"}
VALUES: dict[str, Any] = {
    ":nine": {"N": "9"},
    ":ten": {"N": "10.0"},
    ":twenty": {"N": "2e1"},
    ":big": {"N": "12345678901234567890123456789012345677"},
    ":order": {"S": "order"},
    ":id": {"S": "order-7"},
    ":red": {"S": "red"},
    ":two": {"N": "2"},
    ":half": {"N": "2.50"},
    ":brno": {"S": "Brno"},
    ":start": {"B": b"\x01"},
    ":middle": {"B": b"\x02"},
    ":true": {"BOOL": True},
    ":line": {"M": {"q": {"N": "2"}, "sku": {"S": "b"}}},
    ":type": {"S": "SS"},
    ":tags": {"SS": ["red", "blue"]},
    ":list": {"L": [{"S": "c"}]},
    ":ns": {"NS": ["2.5", "7"]},
    ":allsizes": {"NS": ["1", "2.5"]},
}


def used(text: str, given: dict[str, Any]) -> dict[str, Any]:
    tokens = set(re.findall(r"[#:][A-Za-z0-9_]+", text))
    return {name: value for name, value in given.items() if name in tokens}


def expressions(parameter: str, text: str) -> Expressions:
    return Expressions(
        {
            parameter: text,
            "ExpressionAttributeNames": used(text, NAMES),
            "ExpressionAttributeValues": used(text, VALUES),
        }
    )
