"""The quick check of parameters against botocore's own, on the shapes of real operations."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from bus.local.validation import passes, validate

OPERATIONS = {
    "dynamodb": ("PutItem", "TransactWriteItems", "Query"),
    "events": ("PutEvents", "PutRule", "PutTargets", "CreateArchive"),
    "sqs": ("SendMessageBatch", "CreateQueue"),
    "sns": ("Publish",),
    "kinesis": ("PutRecords", "GetShardIterator"),
    "lambda": ("Invoke", "CreateEventSourceMapping"),
    "sesv2": ("SendEmail",),
    "s3": ("PutObject",),
    "s3control": ("CreateJob",),
    "bedrock-runtime": ("Converse",),
}
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(),
    "integer": st.integers(100, 200),
    "long": st.integers(100, 200),
    "float": st.decimals(100, 200) | st.floats(100, 200),
    "double": st.decimals(100, 200) | st.floats(100, 200),
    "boolean": st.booleans(),
    "blob": st.binary(max_size=4) | st.text(max_size=4),
    "timestamp": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them so
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(),
    st.decimals(),
    st.text(max_size=2),
    st.binary(max_size=2),
    st.just([]),
    st.just({}),
    st.just({"S": "text"}),
    st.just({"S": "text", "N": "1"}),
    st.just("2026-01-01T00:00:00Z"),
)
DEEPEST = 5


def operations() -> Iterator[OperationModel]:
    loader = Loader()
    for service, names in OPERATIONS.items():
        model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        for name in names:
            yield model.operation_model(name)


MODELS = list(operations())


@st.composite
def value_of(draw: st.DrawFn, shape: Shape, faults: bool, depth: int = 0) -> Any:  # noqa: FBT001 - hypothesis passes it on
    """A value of `shape`, small and, unless `faults`, right."""
    if faults and draw(st.integers(0, 7)) == 0:
        return draw(ANYTHING)
    below = depth + 1
    if isinstance(shape, StructureShape):
        return draw(structure_of(shape, faults, below))
    if isinstance(shape, ListShape):
        least = max(shape.metadata.get("min", 0), int(depth < DEEPEST))
        return draw(st.lists(value_of(shape.member, faults, below), min_size=least, max_size=least + 1))
    if isinstance(shape, MapShape):
        return draw(
            st.dictionaries(
                value_of(shape.key, faults=False, depth=below), value_of(shape.value, faults, below), max_size=2
            )
        )
    least = shape.metadata.get("min", 0)
    if shape.type_name == "string":
        return draw(st.text(min_size=max(1, least), max_size=least + 2))
    return draw(SCALARS[shape.type_name])


@st.composite
def structure_of(draw: st.DrawFn, shape: StructureShape, faults: bool, depth: int) -> dict[str, Any]:  # noqa: FBT001 - as above
    names = list(shape.members)
    if shape.is_tagged_union:
        flat = [name for name in names if shape.members[name].type_name in SCALARS]
        wanted = [draw(st.sampled_from(flat if depth > DEEPEST and flat else names))]
    else:
        some = draw(st.lists(st.sampled_from(names), max_size=3)) if names and depth <= DEEPEST else []
        wanted = [*shape.required_members, *some]
    if faults and wanted and draw(st.integers(0, 5)) == 0:
        wanted[0] = draw(st.sampled_from([*names, "Unknown"]))
    return {
        name: draw(value_of(shape.members[name], faults, depth) if name in shape.members else ANYTHING)
        for name in wanted
    }


def report(model: OperationModel, params: Any) -> str:
    assert model.input_shape is not None
    errors = ParamValidator().validate(params, model.input_shape)
    return str(errors.generate_report())


@given(st.data())
def test_what_passes_has_no_fault_in_botocores_eyes(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS))
    assert model.input_shape is not None
    params = data.draw(value_of(model.input_shape, faults=True))

    passed = passes(model, params)

    assert not passed or not report(model, params)


@given(st.data())
def test_a_faultless_call_passes_without_botocore(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from([model for model in MODELS if model.name not in {"Converse", "PutObject"}]))
    assert model.input_shape is not None
    params = data.draw(value_of(model.input_shape, faults=False))
    assert not report(model, params)

    assert passes(model, params)


def test_a_fault_is_reported_in_botocores_words() -> None:
    model = next(model for model in MODELS if model.name == "PutEvents")
    params = {"Entries": [{"Source": 7, "Colour": "red"}], "Size": 3}

    with pytest.raises(ParamValidationError) as raised:
        validate(model, params)

    assert raised.value.kwargs["report"] == report(model, params)
    assert 'Unknown parameter in Entries[0]: "Colour"' in str(raised.value)


def test_what_only_botocore_can_judge_is_left_to_it() -> None:
    model = next(model for model in MODELS if model.name == "CreateArchive")
    start = next(model for model in MODELS if model.name == "GetShardIterator")
    validate(model, {"ArchiveName": "all", "EventSourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/b"})

    validate(
        start,
        {"StreamName": "s", "ShardId": "0", "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": "2026-01-01T00:00:00Z"},
    )
