"""Stacks created, updated and deleted."""

from functools import partial

from bus.local.cloudformation import capabilities
from bus.local.cloudformation import parameters as values
from bus.local.cloudformation.bodies import body_of, read
from bus.local.cloudformation.checks import check, check_name
from bus.local.cloudformation.errors import said_by_cloudformation, validation
from bus.local.cloudformation.known import KnownStacks, on_failure
from bus.local.cloudformation.tokens import Tokens
from bus.local.errors import AwsError
from bus.local.operations import Params, Response, operation
from bus.local.stacks import StackDeletionError, StackRecord, roll_back_update
from bus.topology import Template

_BODY = {"StackName", "TemplateBody", "TemplateURL", "Parameters", "Capabilities", "Tags", "RoleARN"}
_CREATE = _BODY | {
    "DisableRollback",
    "OnFailure",
    "TimeoutInMinutes",
    "ClientRequestToken",
    "EnableTerminationProtection",
}
_UPDATE = _BODY | {"UsePreviousTemplate", "ClientRequestToken"}
_DELETE = {"StackName", "RetainResources", "RoleARN", "ClientRequestToken"}
_CONTINUE = {"StackName", "ResourcesToSkip", "RoleARN", "ClientRequestToken"}


class StackOperations(KnownStacks):
    """Each answers at once; what it begins is done at the same instant, after what is due already."""

    _tokens: Tokens

    @operation("CreateStack")
    def create_stack(self, params: Params) -> Response:
        """A creation takes no time here, so that TimeoutInMinutes never passes."""
        check("CreateStack", params, _CREATE)
        return self._tokens.once("CreateStack", params, self._create)

    @operation("UpdateStack")
    def update_stack(self, params: Params) -> Response:
        check("UpdateStack", params, _UPDATE)
        return self._tokens.once("UpdateStack", params, self._update)

    @operation("DeleteStack")
    def delete_stack(self, params: Params) -> Response:
        """A stack that is not there is no error."""
        check(
            "DeleteStack", params, _DELETE | ({"DeletionMode"} if params.get("DeletionMode") == "STANDARD" else set())
        )
        return self._tokens.once("DeleteStack", params, self._delete)

    @operation("ContinueUpdateRollback")
    def continue_update_rollback(self, params: Params) -> Response:
        check("ContinueUpdateRollback", params, _CONTINUE)
        return self._tokens.once("ContinueUpdateRollback", params, self._continue)

    @operation("UpdateTerminationProtection")
    def update_termination_protection(self, params: Params) -> Response:
        check("UpdateTerminationProtection", params, {"StackName", "EnableTerminationProtection"})
        record = self._changeable(params["StackName"])
        record.protected = params["EnableTerminationProtection"]
        return {"StackId": record.id}

    def _template(self, params: Params, before: StackRecord | None) -> Template:
        """The template of a request with its parameters' values, checked. Raises AwsError."""
        previous = None if before is None else before.template
        given = values.given(params.get("Parameters", ()), previous)
        if params.get("UsePreviousTemplate"):
            if previous is None or "TemplateBody" in params or "TemplateURL" in params:
                raise validation("You cannot specify both usePreviousTemplate and Template Body/Template URL.")
            template = read(str(previous.path), previous.text, given)
        else:
            template = read(*body_of(self._plane, params), given)
        values.check(template)
        return template

    def _create(self, params: Params) -> Response:
        name = params["StackName"]
        check_name(name)
        if self.stacks.records.named(name) is not None:
            raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists")
        kind = on_failure(params)
        template = self._template(params, None)
        capabilities.check(template, params.get("Capabilities", ()))
        with said_by_cloudformation():
            course = self.stacks.prepare(
                template, self.stacks.setting(name), on_failure=kind, options=self._options(params, {})
            )
        course.record.protected = bool(params.get("EnableTerminationProtection"))
        course.begin(params.get("ClientRequestToken", ""))
        self._plane.engine.soon(partial(self._finish, course))
        return {"StackId": course.record.id}

    def _update(self, params: Params) -> Response:
        record = self._updatable(params["StackName"])
        template = self._template(params, record)
        capabilities.check(template, params.get("Capabilities", ()))
        options = self._options(params, record.options)
        with said_by_cloudformation():
            course = self.stacks.prepare(template, record.setting, options=options)
            forecast = self.stacks.forecast(template, record.setting)
            same = not forecast.changes() and not forecast.changes_outputs()
        if same and options.get("Tags", []) == record.options.get("Tags", []):
            raise validation("No updates are to be performed.")
        course.begin(params.get("ClientRequestToken", ""))
        self._plane.engine.soon(partial(self._finish, course))
        return {"StackId": record.id}

    def _delete(self, params: Params) -> Response:
        record = self.stacks.records.known(params["StackName"])
        if record is None or record.gone or record.status == "DELETE_IN_PROGRESS":
            return {}
        if record.protected:
            raise validation(f"Stack [{record.name}] cannot be deleted while TerminationProtection is enabled")
        if record.busy and record.status != "CREATE_IN_PROGRESS":
            raise validation(f"Stack [{record.id}] cannot be deleted while in status {record.status}")
        retained = params.get("RetainResources", ())
        if retained and record.status != "DELETE_FAILED":
            raise validation(
                f"Invalid operation on stack [{record.id}]. RetainResources can be specified only for a stack in the "
                "DELETE_FAILED state"
            )
        record.begin("DELETE_IN_PROGRESS", token=params.get("ClientRequestToken", ""))
        self._plane.engine.soon(partial(self._remove, record, tuple(retained)))
        return {}

    def _remove(self, record: StackRecord, retained: tuple[str, ...]) -> None:
        try:
            self.stacks.remove(record, retained)
        except StackDeletionError:  # which the stack's events tell
            return

    def _continue(self, params: Params) -> Response:
        record = self._changeable(params["StackName"])
        if record.status != "UPDATE_ROLLBACK_FAILED":
            raise validation(
                f"Stack [{record.id}] is in {record.status} state and its update rollback cannot be continued; it has "
                "to be in UPDATE_ROLLBACK_FAILED"
            )
        record.begin("UPDATE_ROLLBACK_IN_PROGRESS", token=params.get("ClientRequestToken", ""))
        self._plane.engine.soon(partial(self._roll_on, record, tuple(params.get("ResourcesToSkip", ()))))
        return {}

    def _roll_on(self, record: StackRecord, skipped: tuple[str, ...]) -> None:
        if record.unfinished is not None:
            roll_back_update(record, record.unfinished, skipped)
