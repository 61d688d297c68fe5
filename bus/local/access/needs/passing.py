"""Roles that a call hands to a service, for which its caller needs iam:PassRole.

IAM user guide, "Grant a user permissions to pass a role to an AWS service".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bus.local.access.needs.need import Call, Need

# By service and operation, the service that gets the role.
_PASSES = {
    ("cloudformation", "CreateChangeSet"): "cloudformation.amazonaws.com",
    ("cloudformation", "CreateStack"): "cloudformation.amazonaws.com",
    ("cloudformation", "DeleteStack"): "cloudformation.amazonaws.com",
    ("cloudformation", "UpdateStack"): "cloudformation.amazonaws.com",
    ("events", "PutRule"): "events.amazonaws.com",
    ("events", "PutTargets"): "events.amazonaws.com",
    ("firehose", "CreateDeliveryStream"): "firehose.amazonaws.com",
    ("firehose", "UpdateDestination"): "firehose.amazonaws.com",
    ("glue", "CreateCrawler"): "glue.amazonaws.com",
    ("glue", "CreateJob"): "glue.amazonaws.com",
    ("lambda", "CreateFunction"): "lambda.amazonaws.com",
    ("lambda", "UpdateFunctionConfiguration"): "lambda.amazonaws.com",
    ("logs", "PutSubscriptionFilter"): "logs.amazonaws.com",
    ("pipes", "CreatePipe"): "pipes.amazonaws.com",
    ("pipes", "UpdatePipe"): "pipes.amazonaws.com",
    ("scheduler", "CreateSchedule"): "scheduler.amazonaws.com",
    ("scheduler", "UpdateSchedule"): "scheduler.amazonaws.com",
    ("stepfunctions", "CreateStateMachine"): "states.amazonaws.com",
    ("stepfunctions", "UpdateStateMachine"): "states.amazonaws.com",
}
_NAMES = frozenset({"role", "rolearn"})


def passed_roles(service: str, call: Call) -> list[Need]:
    """A need for each role among the parameters, in the order of their ARNs."""
    receiver = _PASSES.get((service, call.operation))
    if receiver is None:
        return []
    roles = sorted(set(_roles(call.params)))
    return [Need("iam:PassRole", role, {"iam:PassedToService": receiver}) for role in roles]


def _roles(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            if isinstance(value, str) and name.lower() in _NAMES and ":role/" in value:
                yield value
            else:
                yield from _roles(value)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from _roles(each)
