"""The targets of rules."""

from collections.abc import Mapping
from typing import Any

from bus.local.errors import AwsError
from bus.local.events.errors import not_found, validation
from bus.local.events.event import Event
from bus.local.events.ground import Ground
from bus.local.events.state import Rule, Send, Target
from bus.local.events.targets import compile_send
from bus.local.events.transform import compile_transform
from bus.local.operations import Params, Response, only, operation
from bus.local.pages import page

_MAX_TARGETS = 5
_KNOWN = (
    "Id",
    "Arn",
    "RoleArn",
    "Input",
    "InputPath",
    "InputTransformer",
    "KinesisParameters",
    "SqsParameters",
    "DeadLetterConfig",
    "RetryPolicy",
)


class TargetOperations(Ground):
    """What is done to targets."""

    @operation("PutTargets")
    def put_targets(self, params: Params) -> Response:
        only("events:PutTargets", params, ("Rule", "EventBusName", "Targets"))
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        added = {spec["Id"]: self._target(rule, spec) for spec in params["Targets"]}
        if len(rule.targets | added) > _MAX_TARGETS:
            raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
        rule.targets |= added
        return {"FailedEntryCount": 0, "FailedEntries": []}

    @operation("RemoveTargets")
    def remove_targets(self, params: Params) -> Response:
        only("events:RemoveTargets", params, ("Rule", "EventBusName", "Ids", "Force"))
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        missing = [target for target in params["Ids"] if rule.targets.pop(target, None) is None]
        failed = [
            {
                "TargetId": target,
                "ErrorCode": "ResourceNotFoundException",
                "ErrorMessage": f"Rule {rule.name} does not have a target with the id {target}.",
            }
            for target in missing
        ]
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    @operation("ListTargetsByRule")
    def list_targets_by_rule(self, params: Params) -> Response:
        only("events:ListTargetsByRule", params, ("Rule", "EventBusName", "Limit", "NextToken"))
        rule = self.buses.get(params.get("EventBusName")).rule(params["Rule"])
        return page("Targets", [dict(target.spec) for target in rule.targets.values()], params)

    def _target(self, rule: Rule, spec: Mapping[str, Any]) -> Target:
        only("events:PutTargets Targets", spec, _KNOWN)
        attempts, age = _retry_policy(spec)
        return Target(
            spec=spec,
            send=self._send(spec),
            transform=compile_transform(spec, rule.name, rule.arn),
            max_attempts=attempts,
            max_age=age,
            dead_letters=_dead_letters(spec),
        )

    def _send(self, spec: Mapping[str, Any]) -> Send:
        if not spec["Arn"].startswith(self._plane.arn("events", "event-bus/")):
            return compile_send(self._plane, spec)
        if any(spec.get(form) for form in ("Input", "InputPath", "InputTransformer")):
            raise validation(f"Parameter(s) of target {spec['Id']} not valid: a bus receives the event as it is.")
        return self._to_bus(spec["Arn"])

    def _to_bus(self, arn: str) -> Send:
        """The event travels on as it is, with its id and time."""

        def send(event: Event, _: str | None) -> None:
            bus = self.buses.find(arn)
            if bus is None:
                raise not_found(f"Event bus {arn.rpartition('/')[2]} does not exist.")
            self.router.take(bus, event)

        return send


_ATTEMPTS = (0, 185)
_AGE = (60, 86_400)


def _retry_policy(spec: Mapping[str, Any]) -> tuple[int, int]:
    """Retries, and the age in seconds past which there is none; by default as many as AWS allows."""
    policy = spec.get("RetryPolicy") or {}
    only("events:PutTargets RetryPolicy", policy, ("MaximumRetryAttempts", "MaximumEventAgeInSeconds"))
    attempts = int(policy.get("MaximumRetryAttempts", _ATTEMPTS[1]))
    age = int(policy.get("MaximumEventAgeInSeconds", _AGE[1]))
    for name, value, (least, most) in (
        ("MaximumRetryAttempts", attempts, _ATTEMPTS),
        ("MaximumEventAgeInSeconds", age, _AGE),
    ):
        if not least <= value <= most:
            raise validation(f"{name} of target {spec['Id']} must be between {least} and {most}.")
    return attempts, age


def _dead_letters(spec: Mapping[str, Any]) -> str | None:
    config = spec.get("DeadLetterConfig") or {}
    only("events:PutTargets DeadLetterConfig", config, ("Arn",))
    arn = config.get("Arn")
    if arn is None:
        return None
    if ":sqs:" not in arn or arn.endswith(".fifo"):
        raise validation(f"Parameter {arn} is not valid. Reason: A dead-letter queue is a standard SQS queue.")
    return str(arn)
