"""Scheduler's CloudFormation resources."""

from collections.abc import Mapping
from typing import Any

from bus.local.resources import UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates
from bus.local.scheduler.group_operations import GroupOperations
from bus.local.scheduler.schedule_operations import ScheduleOperations

_SCHEDULE = {
    "Name",
    "GroupName",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "EndDate",
    "Description",
    "State",
    "FlexibleTimeWindow",
    *(
        f"Target.{name}"
        for name in (
            "Arn",
            "RoleArn",
            "Input",
            "DeadLetterConfig.Arn",
            "RetryPolicy.MaximumRetryAttempts",
            "RetryPolicy.MaximumEventAgeInSeconds",
            "SqsParameters.MessageGroupId",
            "KinesisParameters.PartitionKey",
            "EventBridgeParameters.DetailType",
            "EventBridgeParameters.Source",
        )
    ),
}
# Numbers that a template may give as text.
_WHOLE = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "MaximumWindowInMinutes")


class Resources(ScheduleOperations, GroupOperations):
    """Makes resources by the operations that an SDK would call."""

    @resource(
        "AWS::Scheduler::Schedule",
        acts_on=_SCHEDULE,
        inert={"KmsKeyArn": UNENCRYPTED},
        replaced_by={"Name"},
    )
    def make_schedule(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("Name", wanted.name[-64:])
        answer = self.create_schedule({**_typed(wanted.properties), "Name": name})
        return Deployed(name, {"Arn": answer["ScheduleArn"]})

    @updates("AWS::Scheduler::Schedule")
    def update_made_schedule(self, wanted: Resource, made: Made) -> Deployed:
        """A schedule stays in its group all its life, so one with another group is deleted and made anew."""
        if wanted.properties.get("GroupName") != made.properties.get("GroupName"):
            answer = self.create_schedule({**_typed(wanted.properties), "Name": made.ref})
            self.remove_schedule(made)
        else:
            answer = self.update_schedule({**_typed(wanted.properties), "Name": made.ref})
        return Deployed(made.ref, {"Arn": answer["ScheduleArn"]})

    @removes("AWS::Scheduler::Schedule")
    def remove_schedule(self, made: Made) -> None:
        group = self.groups.get(made.properties.get("GroupName", "default"))
        if group is not None and made.ref in group.schedules:
            self._drop(group.schedules[made.ref])

    @resource("AWS::Scheduler::ScheduleGroup", acts_on={"Name", "Tags"}, replaced_by={"Name"})
    def make_schedule_group(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("Name", wanted.name[-64:])
        self.create_schedule_group({"Name": name, "Tags": wanted.properties.get("Tags", [])})
        return self._deployed_group(name)

    @updates("AWS::Scheduler::ScheduleGroup")
    def update_schedule_group(self, wanted: Resource, made: Made) -> Deployed:
        group = self.groups[made.ref]
        group.tags, group.modified = dict(wanted.tags), self._plane.clock.now()
        return self._deployed_group(made.ref)

    @removes("AWS::Scheduler::ScheduleGroup")
    def remove_schedule_group(self, made: Made) -> None:
        if made.ref in self.groups:
            self._delete(self.groups[made.ref])

    def _deployed_group(self, name: str) -> Deployed:
        group = self.groups[name]
        dates = {"CreationDate": group.created.isoformat(), "LastModificationDate": group.modified.isoformat()}
        return Deployed(name, {"Arn": group.arn, "State": group.state, **dates})


def _typed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _typed(value) if isinstance(value, Mapping) else int(value) if name in _WHOLE else value
        for name, value in properties.items()
    }
