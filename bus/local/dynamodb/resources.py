"""AWS::DynamoDB::Table."""

from collections.abc import Iterator, Mapping
from typing import Any

from bus.local.dynamodb import control
from bus.local.dynamodb.database import Database
from bus.local.resources import LABEL, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates

_CAPACITY = "the local store has no capacity to provision or bill"
_PASSED_ON = (
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
    "DeletionProtectionEnabled",
)
_PASSED_ON_OF_INDEX = ("IndexName", "KeySchema", "Projection")
_OFF: Mapping[str, Any] = {"Enabled": False}


class TableResources:
    """Makes, changes and deletes tables by the operations that an SDK would call."""

    database: Database

    @resource(
        "AWS::DynamoDB::Table",
        acts_on={
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "GlobalSecondaryIndexes.IndexName",
            "GlobalSecondaryIndexes.KeySchema",
            "GlobalSecondaryIndexes.Projection",
            "LocalSecondaryIndexes",
            "StreamSpecification.StreamViewType",
            "TimeToLiveSpecification.AttributeName",
            "TimeToLiveSpecification.Enabled",
            "DeletionProtectionEnabled",
            "BillingMode",
            "ProvisionedThroughput",
        },
        inert={
            "GlobalSecondaryIndexes.ProvisionedThroughput": _CAPACITY,
            "GlobalSecondaryIndexes.OnDemandThroughput": _CAPACITY,
            "GlobalSecondaryIndexes.WarmThroughput": _CAPACITY,
            "GlobalSecondaryIndexes.ContributorInsightsSpecification": "it measures, and changes no answer",
            "OnDemandThroughput": _CAPACITY,
            "WarmThroughput": _CAPACITY,
            "ContributorInsightsSpecification": "it measures, and changes no answer",
            "PointInTimeRecoverySpecification": "nothing is restored: a run begins with an empty table",
            "SSESpecification": UNENCRYPTED,
            "TableClass": "it changes the bill alone",
            "Tags": LABEL,
        },
        replaced_by={"TableName", "KeySchema", "LocalSecondaryIndexes"},
    )
    def make_table(self, wanted: Resource) -> Deployed:
        """Ref is the table's name."""
        properties = wanted.properties
        name = properties.get("TableName", wanted.name)
        definition = {key: properties[key] for key in _PASSED_ON if key in properties} | {"TableName": name}
        if "GlobalSecondaryIndexes" in properties:
            definition["GlobalSecondaryIndexes"] = [*_indexes(properties).values()]
        if "StreamSpecification" in properties:
            definition["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
        control.create_table(self.database, definition)
        expiry = properties.get("TimeToLiveSpecification", _OFF)
        if expiry["Enabled"]:
            control.update_time_to_live(self.database, {"TableName": name, "TimeToLiveSpecification": expiry})
        return self._deployed(name)

    @updates("AWS::DynamoDB::Table")
    def update_table_resource(self, wanted: Resource, made: Made) -> Deployed:
        """Items stay; an index that is new or changed is filled from them; another view is another stream."""
        for step in _steps(made.properties, wanted.properties):
            control.update_table(self.database, {"TableName": made.ref, **step})
        self._change_expiry(made, wanted.properties.get("TimeToLiveSpecification", _OFF))
        return self._deployed(made.ref)

    @removes("AWS::DynamoDB::Table")
    def remove_table(self, made: Made) -> None:
        """As CloudFormation, this fails for a table that is protected from deletion."""
        control.delete_table(self.database, {"TableName": made.ref})

    def _change_expiry(self, made: Made, after: Mapping[str, Any]) -> None:
        before = made.properties.get("TimeToLiveSpecification", _OFF)
        if before == after:
            return
        for specification, applies in (({**before, "Enabled": False}, before["Enabled"]), (after, after["Enabled"])):
            if applies:
                params = {"TableName": made.ref, "TimeToLiveSpecification": specification}
                control.update_time_to_live(self.database, params)

    def _deployed(self, name: str) -> Deployed:
        table = self.database.table(name)
        attributes: dict[str, Any] = {"Arn": table.arn}
        if table.stream is not None:
            attributes["StreamArn"] = table.stream.arn
        return Deployed(name, attributes)


def _indexes(properties: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The global indexes by name, as CreateTable takes them."""
    return {
        index["IndexName"]: {name: index[name] for name in _PASSED_ON_OF_INDEX}
        for index in properties.get("GlobalSecondaryIndexes", ())
    }


def _steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The calls of UpdateTable from one set of properties to the other: an index at a time, a stream in two."""
    old, new = _indexes(before), _indexes(after)
    defined = {"AttributeDefinitions": after["AttributeDefinitions"]}
    for name, index in old.items():
        if new.get(name) != index:
            yield {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}
    for name, index in new.items():
        if old.get(name) != index:
            yield {**defined, "GlobalSecondaryIndexUpdates": [{"Create": index}]}
    was, now = before.get("StreamSpecification"), after.get("StreamSpecification")
    if was != now and was is not None:
        yield {"StreamSpecification": {"StreamEnabled": False}}
    if was != now and now is not None:
        yield {"StreamSpecification": {"StreamEnabled": True, **now}}
    yield {"DeletionProtectionEnabled": after.get("DeletionProtectionEnabled", False)}
    billing = {name: after[name] for name in ("BillingMode", "ProvisionedThroughput") if name in after}
    if billing:
        yield billing
