"""What conditions, updates and projections mean."""

from typing import Any

import pytest

from bus.local.dynamodb.codec import freeze, thaw
from bus.local.dynamodb.expressions import Expressions
from tests.local.dynamodb_expressions.cases import ITEM, expressions


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("n = :ten", True),
        ("#n <> :ten", False),
        ("n > :nine", True),
        ("n < :nine", False),
        ("n <= :ten AND n >= :ten", True),
        ("big > :big", True),
        ("n = :id", False),
        ("n <> :id", True),
        ("n > :id", False),
        ("absent = :ten", False),
        ("absent <> :ten", True),
        ("absent < :ten", False),
        ("tags = :tags", True),
        ("parts[1] = :line", True),
        ("parts[2] = :line", False),
        ("parts[0].q < parts[1].q", True),
        ("address.city = :brno", True),
        ("address.#dotted = :brno", False),
        ("paid = :true", True),
        ("n BETWEEN :nine AND :twenty", True),
        ("n between :ten and :twenty", True),
        ("id BETWEEN :nine AND :twenty", False),
        ("n IN (:nine, :ten)", True),
        ("n in (:nine, :two)", False),
        ("attribute_exists(address.city)", True),
        ("attribute_exists(address.street)", False),
        ("attribute_not_exists(parts[5])", True),
        ("attribute_not_exists(gone)", False),
        ("attribute_type(tags, :type)", True),
        ("attribute_type(id, :type)", False),
        ("begins_with(id, :order)", True),
        ("begins_with(octets, :start)", True),
        ("begins_with(n, :order)", False),
        ("contains(id, :order)", True),
        ("contains(tags, :red)", True),
        ("contains(sizes, :half)", True),
        ("contains(sizes, :two)", False),
        ("contains(parts, :line)", True),
        ("contains(octets, :middle)", True),
        ("contains(n, :two)", False),
        ("size(id) < :nine", True),
        ("size(parts) = :two", True),
        ("size(n) = :two", False),
        ("NOT n = :ten", False),
        ("NOT NOT n = :ten", True),
        ("n = :nine OR n = :ten AND paid = :true", True),
        ("(n = :nine OR n = :ten) AND paid <> :true", False),
        ("n = :ten OR n = :nine AND n = :nine", True),
        ("NOT (n = :nine AND n = :ten)", True),
    ],
)
def test_a_condition_holds_or_not(text: str, holds: object):
    request = expressions("ConditionExpression", text)
    condition = request.condition()
    request.finish()

    assert condition is not None
    assert condition(ITEM) is holds


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET n = :two", {"n": {"N": "2"}}),
        ("SET n = n + :two", {"n": {"N": "12"}}),
        ("SET n = :two - #n", {"n": {"N": "-8"}}),
        ("SET big = big + :two", {"big": {"N": "12345678901234567890123456789012345680"}}),
        ("set fresh = if_not_exists(fresh, :two)", {"fresh": {"N": "2"}}),
        ("SET n = if_not_exists(n, :two) + :two", {"n": {"N": "12"}}),
        ("SET fresh = list_append(:list, :list)", {"fresh": {"L": [{"S": "c"}, {"S": "c"}]}}),
        (
            "SET id = address.city, address.city = id",
            {"id": {"S": "Brno"}, "address": {"M": {"city": {"S": "order-7"}, "a.b": {"S": "dotted"}}}},
        ),
        (
            "SET parts[9] = :two, parts[5] = :nine",
            {"parts": {"L": [*ITEM["parts"]["L"], {"N": "9"}, {"N": "2"}]}},
        ),
        ("REMOVE parts[0]", {"parts": {"L": ITEM["parts"]["L"][1:]}}),
        ("REMOVE parts[0], parts[1]", {"parts": {"L": []}}),
        ("REMOVE gone, absent", {"gone": None}),
        ("REMOVE address.city", {"address": {"M": {"a.b": {"S": "dotted"}}}}),
        ("ADD n :two", {"n": {"N": "12"}}),
        ("ADD fresh :two", {"fresh": {"N": "2"}}),
        ("ADD sizes :ns", {"sizes": {"NS": ["1", "2.5", "7"]}}),
        ("DELETE sizes :ns", {"sizes": {"NS": ["1"]}}),
        ("DELETE sizes :allsizes", {"sizes": None}),
        ("DELETE absent :ns", {}),
        ("SET #status = :red REMOVE gone ADD n :two", {"status": {"S": "red"}, "gone": None, "n": {"N": "12"}}),
    ],
)
def test_an_update_changes_what_it_says_and_nothing_else(text: str, changed: dict[str, Any]):
    request, after = expressions("UpdateExpression", text), thaw(freeze(ITEM))
    update = request.update()
    assert update is not None

    update.run.apply(thaw(freeze(ITEM)), after, request.values)

    assert after == {name: value for name, value in {**ITEM, **changed}.items() if value is not None}


def test_two_attributes_that_an_update_sets_from_one_share_nothing():
    request = Expressions({"UpdateExpression": "SET a = m, m.x = :v", "ExpressionAttributeValues": {":v": {"N": "2"}}})
    update = request.update()
    assert update is not None
    after: dict[str, Any] = {"m": {"M": {"x": {"N": "1"}}}}

    update.run.apply({"m": {"M": {"x": {"N": "1"}}}}, after, request.values)

    assert after == {"a": {"M": {"x": {"N": "1"}}}, "m": {"M": {"x": {"N": "2"}}}}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("id, absent", {"id": ITEM["id"]}),
        ("address.city", {"address": {"M": {"city": {"S": "Brno"}}}}),
        ("parts[1].sku, #n", {"parts": {"L": [{"M": {"sku": {"S": "b"}}}]}, "n": {"N": "10"}}),
        ("parts[0].q, parts[1].q", {"parts": {"L": [{"M": {"q": {"N": "1"}}}, {"M": {"q": {"N": "2"}}}]}}),
        ("parts[7], address.street, id.x", {}),
    ],
)
def test_a_projection_keeps_what_it_names(text: str, kept: Any):
    wanted = expressions("ProjectionExpression", text).projection()

    assert wanted is not None
    assert wanted(ITEM) == kept
