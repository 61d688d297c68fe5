"""What there is, and what became of it."""

from bus.local.cloudformation import shown
from bus.local.cloudformation.checks import check
from bus.local.cloudformation.errors import no_stack_to_change, validation
from bus.local.cloudformation.known import KnownStacks
from bus.local.cloudformation.shown import PAGE, paged
from bus.local.operations import Params, Response, operation
from bus.local.stacks import ResourceState, StackRecord


class DescribeOperations(KnownStacks):
    """Everything that only looks at stacks."""

    @operation("DescribeStacks")
    def describe_stacks(self, params: Params) -> Response:
        """Newest first; one that is gone only by its id."""
        check("DescribeStacks", params, {"StackName", "NextToken"})
        if params.get("StackName"):
            found = [self._record(params["StackName"])]
        else:
            found = [record for record in self._newest_first() if not record.gone]
        return paged("Stacks", [shown.stack(one, self._deployed(one), self._from_ssm) for one in found], params)

    @operation("ListStacks")
    def list_stacks(self, params: Params) -> Response:
        """Newest first, with those that are gone."""
        check("ListStacks", params, {"NextToken", "StackStatusFilter"})
        wanted = params.get("StackStatusFilter")
        found = [record for record in self._newest_first() if not wanted or record.status in wanted]
        return paged("StackSummaries", [shown.summary(record) for record in found], params)

    @operation("DescribeStackEvents")
    def describe_stack_events(self, params: Params) -> Response:
        """Newest first, in pages of 100; the token counts the events that are left, so that new ones move nothing."""
        check("DescribeStackEvents", params, {"StackName", "NextToken"})
        record = self.stacks.records.known(params["StackName"])
        if record is None:
            raise no_stack_to_change(params["StackName"])
        token = params.get("NextToken")
        if token is not None and (not token.isdecimal() or int(token) > len(record.events)):
            raise validation("NextToken is invalid")
        left = len(record.events) if token is None else int(token)
        start = max(0, left - PAGE)
        page = [shown.event(record, told) for told in reversed(record.events[start:left])]
        return {"StackEvents": page, **({"NextToken": str(start)} if start else {})}

    @operation("DescribeStackResource")
    def describe_stack_resource(self, params: Params) -> Response:
        check("DescribeStackResource", params, {"StackName", "LogicalResourceId"})
        record = self.stacks.records.known(params["StackName"])
        if record is None:
            raise validation(f"Stack '{params['StackName']}' does not exist")
        state = _resource(record, params["LogicalResourceId"])
        return {"StackResourceDetail": _of(record) | shown.resource(state, since="LastUpdatedTimestamp")}

    @operation("DescribeStackResources")
    def describe_stack_resources(self, params: Params) -> Response:
        """Of one stack, or of the stack that has a resource of that physical id; the first hundred."""
        check("DescribeStackResources", params, {"StackName", "LogicalResourceId", "PhysicalResourceId"})
        name, physical_id = params.get("StackName"), params.get("PhysicalResourceId")
        if (name is None) == (physical_id is None):
            raise validation("You must specify either StackName or PhysicalResourceId, but not both")
        record = self._record(name) if name is not None else self._holder(str(physical_id))
        logical_id = params.get("LogicalResourceId")
        found = record.resources.values() if logical_id is None else [_resource(record, logical_id)]
        return {"StackResources": [_of(record) | shown.resource(state) for state in [*found][:PAGE]]}

    @operation("ListStackResources")
    def list_stack_resources(self, params: Params) -> Response:
        check("ListStackResources", params, {"StackName", "NextToken"})
        states = self._record(params["StackName"]).resources.values()
        found = [shown.resource(state, since="LastUpdatedTimestamp") for state in states]
        return paged("StackResourceSummaries", found, params)

    @operation("ListExports")
    def list_exports(self, params: Params) -> Response:
        """None: stacks find each other by SSM parameters, and a template with an export is refused."""
        check("ListExports", params, {"NextToken"})
        return {"Exports": []}

    @operation("ListImports")
    def list_imports(self, params: Params) -> Response:
        """There is no export to be imported."""
        check("ListImports", params, {"ExportName", "NextToken"})
        raise validation(f"Export '{params['ExportName']}' is not imported by any stack.")

    @operation("GetStackPolicy")
    def get_stack_policy(self, params: Params) -> Response:
        """No stack has one: SetStackPolicy is not done here."""
        check("GetStackPolicy", params, {"StackName"})
        self._changeable(params["StackName"])
        return {}

    def _newest_first(self) -> list[StackRecord]:
        return [*self.stacks.records][::-1]

    def _holder(self, physical_id: str) -> StackRecord:
        for record in self._newest_first():
            if any(state.physical_id == physical_id for state in record.resources.values()):
                return record
        raise validation(f"Stack for {physical_id} does not exist")


def _resource(record: StackRecord, logical_id: str) -> ResourceState:
    state = record.resources.get(logical_id)
    if state is None:
        raise validation(f"Resource {logical_id} does not exist for stack {record.name}")
    return state


def _of(record: StackRecord) -> Response:
    return {"StackName": record.name, "StackId": record.id}
