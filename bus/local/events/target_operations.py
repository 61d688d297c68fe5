"""The targets of rules."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from bus.local.events.errors import not_found, validation
from bus.local.events.event import Event
from bus.local.events.failures import DeliveryError, Failure
from bus.local.events.managed import check_unmanaged
from bus.local.events.parameters import accept
from bus.local.events.permissions import PermissionOperations
from bus.local.events.quotas import check_quota
from bus.local.events.state import Send, Target
from bus.local.events.targets import check_spec, compile_send
from bus.local.events.transform import FORMS, compile_transform
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page
from bus.local.retries import GREATEST_AGE, MOST_RETRIES


class TargetOperations(PermissionOperations):
    """What is done to targets. A request with a target that is not valid is refused, and puts none of the others."""

    @operation("PutTargets")
    def put_targets(self, params: Params) -> Response:
        accept("PutTargets", params)
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        check_unmanaged(rule)
        added = self.made_targets(rule.name, rule.arn, params["Targets"])
        check_quota(len(rule.targets | added), self.quotas.targets_per_rule)
        rule.targets |= added
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def made_targets(self, rule_name: str, rule_arn: str, specs: Iterable[Mapping[str, Any]]) -> dict[str, Target]:
        """Targets by their id, for the rule of that name to take. Raises for what AWS or the plane refuses."""
        return {spec["Id"]: self._target(rule_name, rule_arn, spec) for spec in specs}

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
        return page("Targets", [deepcopy(target.spec) for target in rule.targets.values()], params)

    def _target(self, rule_name: str, rule_arn: str, given: Mapping[str, Any]) -> Target:
        spec = deepcopy(given)  # what is the caller's the caller may change
        check_spec(spec)
        policy = spec.get("RetryPolicy") or {}
        return Target(
            spec=spec,
            send=self._send(rule_arn, spec),
            transform=compile_transform(spec, rule_name, rule_arn),
            # By default as many and as long as AWS allows.
            max_attempts=policy.get("MaximumRetryAttempts", MOST_RETRIES),
            max_age=policy.get("MaximumEventAgeInSeconds", GREATEST_AGE),
            dead_letters=_dead_letters(spec),
        )

    def _send(self, rule_arn: str, spec: Mapping[str, Any]) -> Send:
        if ":event-bus/" in spec["Arn"]:
            return self._to_bus(rule_arn, spec)
        return compile_send(self._plane, spec)

    def _to_bus(self, rule_arn: str, spec: Mapping[str, Any]) -> Send:
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
            self.check_may_forward(bus, event, rule_arn, role)
            self.router.take(bus, event.sent_on(self._plane.clock.time()))

        return send


_QUEUE = re.compile(r"arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+", re.ASCII)


def _dead_letters(spec: Mapping[str, Any]) -> str | None:
    config = spec.get("DeadLetterConfig") or {}
    only("events:PutTargets DeadLetterConfig", config, ("Arn",))
    arn = config.get("Arn")
    if arn is None:
        return None
    if _QUEUE.fullmatch(arn) is None:
        raise validation(f"Parameter {arn} is not valid. Reason: A dead-letter queue is a standard SQS queue.")
    return str(arn)
