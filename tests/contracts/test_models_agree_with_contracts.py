"""The contract and its generated model say the same, both ways."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Drawing from a contract is slow by itself, and the fixture that names the contract outlives each example.
_PATIENT = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def test_every_example_of_a_contract_is_accepted_by_all(judges: Any):
    refused = [judges.refused_by(example) for example in judges.contract.schema["examples"]]

    assert refused == [set() for _ in refused]


def test_an_example_survives_the_round_trip_through_its_model(judges: Any):
    for example in judges.contract.schema["examples"]:
        there = judges.model.model_validate(example)

        back = json.loads(there.model_dump_json())

        assert back == example


def test_the_model_knows_where_it_comes_from(judges: Any):
    assert judges.model.source == judges.contract.source
    assert judges.model.detail_type == judges.contract.detail_type
    assert judges.contract.path.as_posix().endswith(f"schemas/{judges.model.contract}")


@_PATIENT
@given(data=st.data())
def test_whatever_the_contract_describes_is_accepted_by_all(judges: Any, instances: Any, data: st.DataObject):
    instance = data.draw(instances(judges.contract.schema))

    assert judges.refused_by(instance) == set()


@_PATIENT
@given(data=st.data())
def test_a_missing_field_is_refused_by_all(judges: Any, data: st.DataObject):
    instance = copy.deepcopy(data.draw(st.sampled_from(judges.contract.schema["examples"])))
    record = data.draw(st.sampled_from(list(_records(instance))))
    del record[data.draw(st.sampled_from(sorted(record)))]

    assert judges.refused_by(instance) == {"jsonschema", "jsonschema-rs", "model"}


@_PATIENT
@given(data=st.data())
def test_an_unknown_field_is_refused_by_all(judges: Any, data: st.DataObject):
    instance = copy.deepcopy(data.draw(st.sampled_from(judges.contract.schema["examples"])))
    record = data.draw(st.sampled_from(list(_records(instance))))
    record[data.draw(st.text(min_size=1).filter(_unknown_to(record)))] = "anything"

    assert judges.refused_by(instance) == {"jsonschema", "jsonschema-rs", "model"}


@_PATIENT
@given(data=st.data())
def test_a_value_of_another_type_is_refused_by_all(judges: Any, data: st.DataObject):
    instance = copy.deepcopy(data.draw(st.sampled_from(judges.contract.schema["examples"])))
    record = data.draw(st.sampled_from(list(_records(instance))))
    field = data.draw(st.sampled_from(sorted(record)))
    record[field] = data.draw(st.sampled_from(_of_another_type(record[field])))

    assert judges.refused_by(instance) == {"jsonschema", "jsonschema-rs", "model"}


def _records(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _records(child)


def _unknown_to(record: dict[str, Any]) -> Callable[[str], bool]:
    return lambda name: name not in record


def _of_another_type(value: Any) -> list[Any]:
    return [other for other in (True, 1.5, [True], {"a": 1}) if type(other) is not type(value)]
