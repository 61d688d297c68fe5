"""The operations on event source mappings, as the Lambda API reference has them."""

from typing import Any

import pytest

from tests.delivery.aws import Aws, Queue
from tests.delivery.mappings import function, mapped, pattern, refused

NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def probe(aws: Aws) -> Queue:
    return aws.queue(FifoQueue="true")


def test_a_new_mapping_of_a_queue_has_the_documented_defaults(aws: Aws, probe: Queue):
    """CreateEventSourceMapping."""
    queue, name = aws.queue(), function(aws, probe)

    created = aws.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=queue.arn)

    assert created["State"] == "Creating"
    assert (created["BatchSize"], created["MaximumBatchingWindowInSeconds"]) == (10, 0)
    assert (created["EventSourceArn"], created["FunctionArn"]) == (queue.arn, aws.function_arn(name))
    assert created["FunctionResponseTypes"] == []
    assert created["EventSourceMappingArn"].endswith(f":event-source-mapping:{created['UUID']}")
    assert created["StateTransitionReason"] == "USER_INITIATED"
    assert "MaximumRetryAttempts" not in created


def test_a_new_mapping_of_a_stream_has_the_documented_defaults(aws: Aws, probe: Queue):
    """CreateEventSourceMapping."""
    stream, name = aws.stream(), function(aws, probe)

    created = aws.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="LATEST"
    )

    expected = {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "StartingPosition": "LATEST",
        "BisectBatchOnFunctionError": False,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
        "TumblingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        "DestinationConfig": {"OnFailure": {}},
        "LastProcessingResult": "No records processed",
        "StateTransitionReason": "User action",
        "State": "Creating",
    }
    assert {name: created[name] for name in expected} == expected


def test_a_mapping_becomes_enabled_or_disabled_after_it_was_created(aws: Aws):
    """EventSourceMappingConfiguration, State."""
    enabled = mapped(aws, aws.queue().arn)
    disabled = mapped(aws, aws.queue().arn, Enabled=False)

    assert (enabled.described()["State"], disabled.described()["State"]) == ("Enabled", "Disabled")


def test_changes_are_not_reflected_in_the_output_until_the_process_completes(aws: Aws):
    """Processing records from Kinesis, "Updated settings are applied asynchronously"."""
    mapping, client = mapped(aws, aws.queue().arn), aws.client("lambda")

    answer = client.update_event_source_mapping(UUID=mapping.uuid, BatchSize=3)
    aws.idle()

    assert (answer["State"], answer["BatchSize"]) == ("Updating", 10)
    described = mapping.described()
    assert (described["State"], described["BatchSize"]) == ("Enabled", 3)


def test_a_mapping_is_disabling_and_enabling_on_its_way(aws: Aws):
    """EventSourceMappingConfiguration, State."""
    mapping, client = mapped(aws, aws.queue().arn), aws.client("lambda")
    states = []

    for enabled in (False, True):
        states.append(client.update_event_source_mapping(UUID=mapping.uuid, Enabled=enabled)["State"])
        aws.idle()
        states.append(mapping.described()["State"])

    assert states == ["Disabling", "Disabled", "Enabling", "Enabled"]


def test_a_mapping_that_is_being_created_or_changed_cannot_be_changed_or_deleted(aws: Aws, probe: Queue):
    """UpdateEventSourceMapping and DeleteEventSourceMapping, ResourceInUseException."""
    client, name = aws.client("lambda"), function(aws, probe)
    uuid = client.create_event_source_mapping(FunctionName=name, EventSourceArn=aws.queue().arn)["UUID"]

    creating = refused(client.update_event_source_mapping, UUID=uuid, BatchSize=1)
    aws.idle()
    client.update_event_source_mapping(UUID=uuid, BatchSize=2)
    updating = refused(client.delete_event_source_mapping, UUID=uuid)

    assert creating == ("ResourceInUseException", "Cannot update the event source mapping because it is in use.")
    assert updating == ("ResourceInUseException", "Cannot delete the event source mapping because it is in use.")


def test_a_deleted_mapping_is_deleting_and_then_gone(aws: Aws):
    """DeleteEventSourceMapping."""
    mapping, client = mapped(aws, aws.queue().arn), aws.client("lambda")

    answer = client.delete_event_source_mapping(UUID=mapping.uuid)
    meanwhile = mapping.described()["State"]
    aws.idle()

    assert (answer["State"], meanwhile) == ("Deleting", "Deleting")
    gone = refused(client.get_event_source_mapping, UUID=mapping.uuid)
    assert gone == ("ResourceNotFoundException", "The resource you requested does not exist.")


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_a_mapping_that_is_not_there_is_not_found(aws: Aws, operation: str):
    """Get-, Update- and DeleteEventSourceMapping, ResourceNotFoundException."""
    call = getattr(aws.client("lambda"), f"{operation}_event_source_mapping")

    assert refused(call, UUID=NOWHERE) == (
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
    )


def test_mappings_are_listed_by_source_and_by_function(aws: Aws):
    """ListEventSourceMappings."""
    queue, client = aws.queue(), aws.client("lambda")
    first, second, third = mapped(aws, queue.arn), mapped(aws, queue.arn), mapped(aws, aws.queue().arn)

    def listed(**params: Any) -> set[str]:
        return {each["UUID"] for each in client.list_event_source_mappings(**params)["EventSourceMappings"]}

    assert listed(EventSourceArn=queue.arn) == {first.uuid, second.uuid}
    assert listed(FunctionName=third.function) == {third.uuid}
    assert listed(FunctionName=aws.function_arn(first.function), EventSourceArn=queue.arn) == {first.uuid}
    assert listed(FunctionName="no-such-function") == set()


def test_mappings_are_listed_in_pages(aws: Aws):
    """ListEventSourceMappings, MaxItems and Marker."""
    made = {mapped(aws, aws.queue().arn).uuid for _ in range(3)}
    pages = aws.client("lambda").get_paginator("list_event_source_mappings").paginate(PaginationConfig={"PageSize": 2})

    listed = [[each["UUID"] for each in page["EventSourceMappings"]] for page in pages]

    assert [len(page) for page in listed] == [2, 1]
    assert {uuid for page in listed for uuid in page} == made


def test_an_empty_value_takes_a_setting_back(aws: Aws):
    """UpdateEventSourceMapping: "To remove the configuration, pass an empty value"."""
    scaling, filters = {"MaximumConcurrency": 5}, pattern(body={"a": [1]})
    mapping = mapped(aws, aws.queue().arn, ScalingConfig=scaling, FilterCriteria=filters)
    before = mapping.described()

    mapping.update(ScalingConfig={}, FilterCriteria={})

    after = mapping.described()
    assert (before["ScalingConfig"], before["FilterCriteria"]) == (scaling, filters)
    assert ("ScalingConfig" in after, "FilterCriteria" in after) == (False, False)


def test_a_mapping_may_be_given_another_function(aws: Aws):
    """UpdateEventSourceMapping, FunctionName."""
    queue = aws.queue()
    mapping = mapped(aws, queue.arn)
    other_probe = aws.queue(FifoQueue="true")
    other = function(aws, other_probe)

    mapping.update(FunctionName=other)
    queue.send("one")
    aws.idle()

    assert mapping.described()["FunctionArn"] == aws.function_arn(other)
    assert (mapping.texts(), [told["texts"] for told in other_probe.documents()]) == ([], [["one"]])


def test_a_mapping_may_be_to_an_alias(aws: Aws, probe: Queue):
    """CreateEventSourceMapping, FunctionName: "Version or Alias ARN"."""
    client, name, queue = aws.client("lambda"), function(aws, probe), aws.queue()
    version = client.publish_version(FunctionName=name)["Version"]
    alias = client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]

    created = client.create_event_source_mapping(FunctionName=alias, EventSourceArn=queue.arn)
    aws.idle()
    queue.send("one")
    aws.idle()

    assert created["FunctionArn"] == alias
    assert [told["texts"] for told in probe.documents()] == [["one"]]


def test_tags_of_a_mapping_are_listed_by_its_arn(aws: Aws):
    """CreateEventSourceMapping, Tags; ListTags and TagResource take the ARN of a mapping."""
    mapping, client = mapped(aws, aws.queue().arn, Tags={"team": "orders"}), aws.client("lambda")
    arn = mapping.described()["EventSourceMappingArn"]

    client.tag_resource(Resource=arn, Tags={"stage": "test"})
    client.untag_resource(Resource=arn, TagKeys=["team"])

    assert client.list_tags(Resource=arn)["Tags"] == {"stage": "test"}
