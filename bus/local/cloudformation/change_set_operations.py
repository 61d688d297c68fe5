"""Change sets: what would change, seen before it is done."""

from functools import partial

from bus.local.cloudformation import capabilities
from bus.local.cloudformation.change_set import NO_CHANGES, ChangeSet, shown
from bus.local.cloudformation.checks import check, check_name
from bus.local.cloudformation.errors import (
    lacking,
    said_by_cloudformation,
    sentence_of,
    validation,
)
from bus.local.cloudformation.known import on_failure, under_review
from bus.local.cloudformation.shown import paged
from bus.local.cloudformation.stack_operations import StackOperations
from bus.local.errors import AwsError, PlaneError
from bus.local.operations import Params, Response, operation
from bus.local.stacks import REVIEW, Course, StackRecord
from bus.topology import TopologyError

_CREATE = {
    "StackName",
    "TemplateBody",
    "TemplateURL",
    "UsePreviousTemplate",
    "Parameters",
    "Capabilities",
    "RoleARN",
    "Tags",
    "ChangeSetName",
    "ClientToken",
    "Description",
    "ChangeSetType",
    "OnStackFailure",
}


class ChangeSetOperations(StackOperations):
    """A change set is made at the same instant, after what is due already."""

    @operation("CreateChangeSet")
    def create_change_set(self, params: Params) -> Response:
        check("CreateChangeSet", params, _CREATE)
        kind = params.get("ChangeSetType", "UPDATE")
        if kind not in ("CREATE", "UPDATE"):
            check("CreateChangeSet", {"ChangeSetType": kind}, _CREATE - {"ChangeSetType"})
        record = self._to_be_created(params) if kind == "CREATE" else self._updatable(params["StackName"])
        name = params["ChangeSetName"]
        if record is not None and any(one.name == name for one in record.change_sets.values()):
            raise AwsError("AlreadyExistsException", f"ChangeSet {name} already exists")
        template = self._template(params, record if kind == "UPDATE" else None)
        absent = capabilities.missing(template, params.get("Capabilities", ()))
        if absent and not template.transformed:  # what a transform makes is known later: ExecuteChangeSet says it then
            raise lacking(absent)
        if record is None:
            record = self.stacks.records.add(self.stacks.setting(params["StackName"]))
            record.begin(REVIEW)
        made = ChangeSet(
            name=name,
            id=self._plane.arn("cloudformation", f"changeSet/{name}/{self._plane.chance.uuid()}"),
            record=record,
            template=template,
            options=self._options(params, record.options),
            created=self._plane.clock.time(),
            description=params.get("Description", ""),
            on_failure=params.get("OnStackFailure"),
        )
        record.change_sets[made.id] = made
        self._plane.engine.soon(partial(self._work_out, made))
        return {"Id": made.id, "StackId": record.id}

    @operation("DescribeChangeSet")
    def describe_change_set(self, params: Params) -> Response:
        """The changes in pages of 100."""
        check("DescribeChangeSet", params, {"ChangeSetName", "StackName", "NextToken", "IncludePropertyValues"})
        found = self._change_set(params)
        values = bool(params.get("IncludePropertyValues"))
        changes = [shown(change, values=values) for change in found.changes]
        return found.shown(self._from_ssm) | paged("Changes", changes, params)

    @operation("ListChangeSets")
    def list_change_sets(self, params: Params) -> Response:
        check("ListChangeSets", params, {"StackName", "NextToken"})
        record = self._changeable(params["StackName"])
        return paged("Summaries", [one.summary() for one in record.change_sets.values()], params)

    @operation("DeleteChangeSet")
    def delete_change_set(self, params: Params) -> Response:
        """One that is not there is no error."""
        check("DeleteChangeSet", params, {"ChangeSetName", "StackName"})
        try:
            found = self._change_set(params)
        except AwsError as error:
            if error.code != "ChangeSetNotFound":
                raise
            return {}
        if found.execution == "EXECUTE_IN_PROGRESS":
            message = f"ChangeSet [{found.id}] cannot be deleted while it is in status [{found.execution}]"
            raise AwsError("InvalidChangeSetStatus", message)
        del found.record.change_sets[found.id]
        return {}

    @operation("ExecuteChangeSet")
    def execute_change_set(self, params: Params) -> Response:
        known = {"ChangeSetName", "StackName", "ClientRequestToken"}
        found = self._change_set(params)
        check("ExecuteChangeSet", params, known | ({"DisableRollback"} if under_review(found.record) else set()))
        return self._tokens.once("ExecuteChangeSet", params, partial(self._execute, found))

    def _to_be_created(self, params: Params) -> StackRecord | None:
        name = params["StackName"]
        check_name(name)
        record = self.stacks.records.named(name)
        if record is not None and not under_review(record):
            change_set = params["ChangeSetName"]
            raise validation(
                f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}]."
            )
        return record

    def _work_out(self, made: ChangeSet) -> None:
        """Find what would change; what cannot be deployed fails with the sentence that says why."""
        if made.id not in made.record.change_sets:
            return
        setting = made.record.setting
        try:
            self.stacks.prepare(made.template, setting)
            forecast = self.stacks.forecast(made.template, setting)
            changes = forecast.changes()
            same = not changes and not forecast.changes_outputs()
        except TopologyError as error:
            made.fail(sentence_of(error))
        except PlaneError as error:
            made.fail(str(error))
        else:
            if same and made.options.get("Tags", []) == made.record.options.get("Tags", []):
                made.fail(NO_CHANGES)
            else:
                made.made(changes)

    def _execute(self, found: ChangeSet, params: Params) -> Response:
        if found.execution != "AVAILABLE":
            message = f"ChangeSet [{found.id}] cannot be executed in its current status of [{found.status}]"
            raise AwsError("InvalidChangeSetStatus", message)
        if absent := capabilities.missing(found.template, found.options.get("Capabilities", ())):
            raise lacking(absent)
        options = {**found.options, "ChangeSetId": found.id}
        if "DisableRollback" in params:
            if found.on_failure is not None:
                raise validation("DisableRollback cannot be specified where the change set says OnStackFailure.")
            options["DisableRollback"] = params["DisableRollback"]
        with said_by_cloudformation():
            course = self.stacks.prepare(
                found.template,
                found.record.setting,
                on_failure=found.on_failure or on_failure(params),
                options=options,
            )
        course.begin(params.get("ClientRequestToken", ""))
        found.record.change_sets[found.id] = found  # the others are gone with its execution
        found.execution = "EXECUTE_IN_PROGRESS"
        self._plane.engine.soon(partial(self._carry_out, found, course))
        return {}

    def _carry_out(self, found: ChangeSet, course: Course) -> None:
        self._finish(course)
        done = course.record.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        found.execution = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"
