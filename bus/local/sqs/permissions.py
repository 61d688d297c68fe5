"""AddPermission and RemovePermission: statements of a queue's policy, by their label.

The policy is kept and answered, as that which SetQueueAttributes sets; the plane enforces neither.
"""

import json
import re
from typing import Any

from bus.local.operations import Params, Response, operation
from bus.local.sqs.errors import SqsError, invalid_value, missing
from bus.local.sqs.policies import access_policy
from bus.local.sqs.queue import Queue
from bus.local.sqs.queues import Queues

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ACCOUNT = re.compile(r"\d{12}")
_MOST_ACTIONS = 7
# What a queue's owner may let others do (developer guide, "Amazon SQS API permissions reference").
_ACTIONS = {
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
}


class Permissions:
    """The operations that change a queue's policy."""

    queues: Queues

    @operation("AddPermission")
    def add_permission(self, params: Params) -> Response:
        queue, label = self.queues.at(params["QueueUrl"]), params["Label"]
        statement = _statement(queue, params)
        policy = _policy(queue) or {
            "Version": "2008-10-17",
            "Id": f"{queue.arn}/SQSDefaultPolicy",
            "Statement": [],
        }
        if any(one.get("Sid") == label for one in policy["Statement"]):
            raise invalid_value("Label", label, "Already exists.")
        _keep(queue, policy, [*policy["Statement"], statement])
        return {}

    @operation("RemovePermission")
    def remove_permission(self, params: Params) -> Response:
        queue, label = self.queues.at(params["QueueUrl"]), params["Label"]
        policy = _policy(queue) or {"Statement": []}
        kept = [one for one in policy["Statement"] if one.get("Sid") != label]
        if len(kept) == len(policy["Statement"]):
            raise invalid_value("Label", label, "can't find label.")
        _keep(queue, policy, kept)
        return {}


def _policy(queue: Queue) -> dict[str, Any] | None:
    text = queue.settings.texts.get("Policy")
    return None if text is None else access_policy(text)


def _keep(queue: Queue, policy: dict[str, Any], statements: list[Any]) -> None:
    text = json.dumps(policy | {"Statement": statements}) if statements else ""
    queue.configure(queue.settings.changed({"Policy": text}))


def _statement(queue: Queue, params: Params) -> dict[str, Any]:
    label, accounts, actions = params["Label"], params["AWSAccountIds"], params["Actions"]
    if _LABEL.fullmatch(label) is None:
        raise invalid_value("Label", label, "Only alphanumeric, hyphens and underscores are allowed.")
    if not actions:
        raise missing("Actions")
    if len(actions) > _MOST_ACTIONS:
        message = f"{len(actions)} Actions were found, maximum allowed is {_MOST_ACTIONS}."
        raise SqsError("OverLimit", message, status=403)
    for action in actions:
        if action not in _ACTIONS:
            reason = "Only the queue owner is allowed to invoke this action."
            raise invalid_value("ActionName", f"SQS:{action}", reason)
    if not accounts or any(_ACCOUNT.fullmatch(account) is None for account in accounts):
        raise invalid_value("PrincipalId", f"[{', '.join(accounts)}]", "Unable to verify.")
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": _one_or_all(principals)},
        "Action": _one_or_all([f"SQS:{action}" for action in actions]),
        "Resource": queue.arn,
    }


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
