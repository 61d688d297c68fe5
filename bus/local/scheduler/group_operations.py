"""Schedule groups and their tags (Scheduler API reference)."""

from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.scheduler.errors import conflict, invalid, no_group
from bus.local.scheduler.ground import Ground
from bus.local.scheduler.schedule import Group


class GroupOperations(Ground):
    """What is done to groups; tags are on groups alone."""

    @operation("CreateScheduleGroup")
    def create_schedule_group(self, params: Params) -> Response:
        only("scheduler:CreateScheduleGroup", params, ("Name", "Tags", "ClientToken"))
        self._check("CreateScheduleGroup", params)
        name, token = params["Name"], params.get("ClientToken")
        existing = self.groups.get(name)
        if existing is not None:
            if token is None or existing.token != token:
                raise conflict(f"Schedule group {name} already exists.")
            return {"ScheduleGroupArn": existing.arn}
        now = self._plane.clock.now()
        group = Group(name, self._group_arn(name), now, now, token=token, tags=_tags(params))
        self.groups[name] = group
        return {"ScheduleGroupArn": group.arn}

    @operation("GetScheduleGroup")
    def get_schedule_group(self, params: Params) -> Response:
        only("scheduler:GetScheduleGroup", params, ("Name",))
        return self._group(params["Name"]).described()

    @operation("ListScheduleGroups")
    def list_schedule_groups(self, params: Params) -> Response:
        only("scheduler:ListScheduleGroups", params, ("NamePrefix", "NextToken", "MaxResults"))
        self._check("ListScheduleGroups", params)
        prefix = params.get("NamePrefix") or ""
        found = [self.groups[name].described() for name in sorted(self.groups) if name.startswith(prefix)]
        return page("ScheduleGroups", found, params, size="MaxResults")

    @operation("DeleteScheduleGroup")
    def delete_schedule_group(self, params: Params) -> Response:
        """The group is DELETING until its schedules are deleted, which is after the answer."""
        only("scheduler:DeleteScheduleGroup", params, ("Name", "ClientToken"))
        group = self._group(params["Name"])
        if group.name == "default":
            raise invalid("The default schedule group can't be deleted.")
        group.state = "DELETING"
        self._plane.engine.soon(lambda: self._delete(group))
        return {}

    def _delete(self, group: Group) -> None:
        for schedule in tuple(group.schedules.values()):
            self._drop(schedule)
        if self.groups.get(group.name) is group:
            del self.groups[group.name]

    @operation("TagResource")
    def tag_resource(self, params: Params) -> Response:
        only("scheduler:TagResource", params, ("ResourceArn", "Tags"))
        self._check("TagResource", params)
        self._tagged(params).tags |= _tags(params)
        return {}

    @operation("UntagResource")
    def untag_resource(self, params: Params) -> Response:
        only("scheduler:UntagResource", params, ("ResourceArn", "TagKeys"))
        group = self._tagged(params)
        group.tags = {key: value for key, value in group.tags.items() if key not in params["TagKeys"]}
        return {}

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, params: Params) -> Response:
        only("scheduler:ListTagsForResource", params, ("ResourceArn",))
        self._check("ListTagsForResource", params)
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(params).tags.items()]}

    def _tagged(self, params: Params) -> Group:
        name = params["ResourceArn"].rpartition("/")[2]
        group = self.groups.get(name)
        if group is None or group.arn != params["ResourceArn"]:
            raise no_group(name)
        return group


def _tags(params: Params) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
