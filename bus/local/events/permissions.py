"""Who may put events onto a bus: its policy, and what it says of an entry.

User guide, "Permissions for event buses" and "Using IAM policy conditions"; API reference, PutPermission.
"""

import json
from typing import Any

from bus.local.errors import AwsError
from bus.local.events.entries import RefusedEntryError
from bus.local.events.errors import not_found, validation
from bus.local.events.event import Event
from bus.local.events.ground import Ground
from bus.local.events.parameters import accept
from bus.local.events.state import EventBus
from bus.local.json_texts import read
from bus.local.operations import Params, Response, operation
from bus.local.policies import Caller, MalformedPolicyError, Policy, Request, Verdict, keys_of_moment

_VERSION = "2012-10-17"
PUT_EVENTS = "events:PutEvents"


class PermissionOperations(Ground):
    """What is done to the policies of buses."""

    @operation("PutPermission")
    def put_permission(self, params: Params) -> Response:
        """One statement, in place of the one with its id; or a whole policy, in place of all there was."""
        accept("PutPermission", params)
        bus = self.buses.get(params.get("EventBusName"))
        if params.get("Policy"):
            self.set_policy(bus, _document(params["Policy"]))
        else:
            self.put_statement(bus, _statement(bus, params))
        return {}

    @operation("RemovePermission")
    def remove_permission(self, params: Params) -> Response:
        accept("RemovePermission", params)
        bus = self.buses.get(params.get("EventBusName"))
        if params.get("RemoveAllPermissions"):
            self.set_policy(bus, None)
        else:
            self.remove_statement(bus, params.get("StatementId"))
        return {}

    def put_statement(self, bus: EventBus, statement: dict[str, Any]) -> None:
        """Put one statement into a bus's policy, in place of the one with its Sid."""
        others = [each for each in _statements(bus) if each.get("Sid") != statement["Sid"]]
        self.set_policy(bus, {"Version": _VERSION, **(bus.policy or {}), "Statement": [*others, statement]})

    def remove_statement(self, bus: EventBus, sid: str | None) -> None:
        """Raises ResourceNotFoundException."""
        before = _statements(bus)
        kept = [each for each in before if each.get("Sid") != sid]
        if bus.policy is None:
            raise not_found("EventBus does not have a policy.")
        if len(kept) == len(before):
            raise not_found("Statement with the provided id does not exist.")
        self.set_policy(bus, {**bus.policy, "Statement": kept} if kept else None)

    def statement_ids(self, bus: EventBus) -> set[str | None]:
        """The Sids of a bus's policy."""
        return {each.get("Sid") for each in _statements(bus)}

    def check_policy(self, document: dict[str, Any] | None) -> None:
        """Raises as `set_policy` does, and sets nothing."""
        self._judged(document)

    def set_policy(self, bus: EventBus, document: dict[str, Any] | None) -> None:
        """Raises AwsError for what is no policy, UnsupportedOperationError for one that the plane cannot judge by."""
        bus.policy_text, bus.judge = self._judged(document)
        bus.policy, bus.modified = document, self._plane.clock.now()

    def _judged(self, document: dict[str, Any] | None) -> tuple[str | None, Policy | None]:
        if document is None:
            return None, None
        judge, text = _judge(document), json.dumps(document, separators=(",", ":"))
        most = self.quotas.policy_characters
        if len(text) > most:
            raise AwsError("PolicyLengthExceededException", f"The event bus policy is longer than {most} characters.")
        return text, judge

    def check_may_put(self, bus: EventBus, event: Event) -> None:
        """Raises RefusedEntryError when the policy forbids the account's own callers to put this event."""
        if bus.judge is None:
            return
        about = {**_about(event), **keys_of_moment(self._plane.clock.now()), _FROM_BUS: "false"}
        request = Request(Caller.root(self._plane.account), PUT_EVENTS, bus.arn, about)
        verdict = bus.judge.decide(request)
        if not verdict.permits(request, self._plane.account):
            raise _refusal(verdict, bus)

    def check_may_forward(self, bus: EventBus, event: Event, rule: str, role: str | None) -> None:
        """Raises AwsError when the policy forbids that the rule with this ARN puts the event onto the bus."""
        if bus.judge is None:
            return
        account = self._plane.account
        caller = Caller.root(account) if role is None else Caller(account, (role,))
        moment = keys_of_moment(self._plane.clock.now())
        about = {**_about(event), **moment, _FROM_BUS: "true", "aws:SourceArn": rule, "aws:SourceAccount": account}
        request = Request(caller, PUT_EVENTS, bus.arn, about)
        if not bus.judge.decide(request).permits(request, account):
            raise AwsError("AccessDeniedException", _denied(bus), status=403)


_FROM_BUS = "events:eventBusInvocation"


def _about(event: Event) -> dict[str, Any]:
    """The condition keys that an event gives values to (user guide, "Using IAM policy conditions")."""
    return {"events:source": event.fields["source"], "events:detail-type": event.fields["detail-type"]}


def _refusal(verdict: Verdict, bus: EventBus) -> RefusedEntryError:
    """API reference, PutEventsResultEntry: the codes say whether the source or the detail type is not permitted."""
    keys = frozenset() if verdict.statement is None else verdict.statement.keys
    if "events:source" in keys:
        return RefusedEntryError("NotAuthorizedForSourceException", "Not authorized for the source.")
    if "events:detail-type" in keys:
        return RefusedEntryError("NotAuthorizedForDetailTypeException", "Not authorized for the detail type.")
    return RefusedEntryError("AccessDeniedException", _denied(bus))


def _denied(bus: EventBus) -> str:
    return f"Not authorized to perform {PUT_EVENTS} on {bus.arn} with an explicit deny in a resource-based policy."


def _statements(bus: EventBus) -> list[dict[str, Any]]:
    listed = (bus.policy or {}).get("Statement", [])
    return listed if isinstance(listed, list) else [listed]


def _document(text: str) -> dict[str, Any]:
    try:
        document = read(text)
    except ValueError as error:
        raise validation("This policy contains invalid Json") from error
    if not isinstance(document, dict):
        raise validation("This policy contains invalid Json")
    return document


def _judge(document: dict[str, Any]) -> Policy:
    try:
        return Policy(document)
    except MalformedPolicyError as error:
        raise validation(f"This policy is not valid: {error}") from error


def _statement(bus: EventBus, params: Params) -> dict[str, Any]:
    for name in ("Principal", "Action", "StatementId"):
        if not params.get(name):
            raise validation(f"Parameter {name} must be specified.")
    if params["Action"] != PUT_EVENTS:
        raise validation("Provided value in parameter 'action' is not supported.")
    principal, condition = params["Principal"], params.get("Condition")
    if condition and principal != "*":
        raise validation("Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.")
    return {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": params["Action"],
        "Resource": bus.arn,
        **({"Condition": {condition["Type"]: {condition["Key"]: condition["Value"]}}} if condition else {}),
    }
