"""The targets of rules."""

from collections.abc import Mapping
from typing import Any

from bus.local.events.errors import not_found, validation
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.managed import check_unmanaged
from bus.local.events.parameters import accept
from bus.local.events.permissions import PermissionOperations
from bus.local.events.quotas import check_quota
from bus.local.events.state import Rule, Send, Target
from bus.local.events.targets import check_spec, compile_send
from bus.local.events.transform import FORMS, compile_transform
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page


class TargetOperations(PermissionOperations):
    """What is done to targets. A request with a target that is not valid is refused, and puts none of the others."""

    @operation("PutTargets")
    def put_targets(self, params: Params) -> Response:
        accept("PutTargets", params)
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        check_unmanaged(rule)
        added = {spec["Id"]: self._target(rule, spec) for spec in params["Targets"]}
        check_quota(len(rule.targets | added), self.quotas.targets_per_rule)
        rule.targets |= added
        return {"FailedEntryCount": 0, "FailedEntries": []}

    @operation("RemoveTargets")
    def remove_targets(self, params: Params) -> Response:
        """A target that is not there fails alone."""
        accept("RemoveTargets", params)
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        check_unmanaged(rule, force=bool(params.get("Force")))
        missing = [target for target in params["Ids"] if rule.targets.pop(target, None) is None]
        failed = [
            {
                "TargetId": target,
                "ErrorCode": "ResourceNotFoundException",
                "ErrorMessage": f"Rule {rule.name} does not have a target with the Id {target}.",
            }
            for target in missing
        ]
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    @operation("ListTargetsByRule")
    def list_targets_by_rule(self, params: Params) -> Response:
        accept("ListTargetsByRule", params)
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        return page("Targets", [dict(target.spec) for target in rule.targets.values()], params)

    def _target(self, rule: Rule, spec: Mapping[str, Any]) -> Target:
        check_spec(spec)
        policy = spec.get("RetryPolicy") or {}
        return Target(
            spec=spec,
            send=self._send(rule, spec),
            transform=compile_transform(spec, rule.name, rule.arn),
            # By default as many and as long as AWS allows.
            max_attempts=policy.get("MaximumRetryAttempts", _MOST_ATTEMPTS),
            max_age=policy.get("MaximumEventAgeInSeconds", _GREATEST_AGE),
            dead_letters=_dead_letters(spec),
        )

    def _send(self, rule: Rule, spec: Mapping[str, Any]) -> Send:
        arn = spec["Arn"]
        if ":event-bus/" in arn:
            return self._to_bus(rule, spec)
        return compile_send(self._plane, spec)

    def _to_bus(self, rule: Rule, spec: Mapping[str, Any]) -> Send:
        """The event travels on as it is, with its id and time, and no further than to a second bus.

        User guide, "Sending events between event buses in the same account and Region": "EventBridge can't route
        events received from a sender event bus to a third event bus."
        """
        arn, role = spec["Arn"], spec.get("RoleArn")
        if any(spec.get(form) for form in FORMS):
            raise validation(f"Parameter(s) of target {spec['Id']} not valid: a bus receives the event as it is.")
        self.buses.find(arn)

        def send(event: Event, _: str | None) -> None:
            if event.forwarded:
                reason = f"The event came from another event bus, and cannot be routed to a third: {arn}"
                raise DeliveryError(Failure("THIRD_ACCOUNT_HOP_DETECTED", reason, retryable=False))
            bus = self.buses.find(arn)
            if bus is None:
                raise not_found(f"Event bus {arn.rpartition('/')[2]} does not exist.")
            self.check_may_forward(bus, event, rule.arn, role)
            self.router.take(bus, event.sent_on(self._plane.clock.time()))

        return send


_MOST_ATTEMPTS, _GREATEST_AGE = 185, 86_400


def _dead_letters(spec: Mapping[str, Any]) -> str | None:
    config = spec.get("DeadLetterConfig") or {}
    only("events:PutTargets DeadLetterConfig", config, ("Arn",))
    arn = config.get("Arn")
    if arn is None:
        return None
    if ":sqs:" not in arn or arn.endswith(".fifo"):
        raise validation(f"Parameter {arn} is not valid. Reason: A dead-letter queue is a standard SQS queue.")
    return str(arn)
