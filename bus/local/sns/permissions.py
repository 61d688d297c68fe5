"""AddPermission and RemovePermission: statements of a topic's access policy. They are kept; none is enforced."""

import json
import re
from typing import Any

from bus.local.operations import Params, Response, operation
from bus.local.sns.errors import invalid
from bus.local.sns.topic import ACTIONS, Topic
from bus.local.sns.topics import Topics

_ACCOUNT = re.compile(r"\d{12}")


class Permissions:
    """Changes access policies a statement at a time."""

    topics: Topics

    @operation("AddPermission")
    def add_permission(self, params: Params) -> Response:
        topic = self.topics[params["TopicArn"]]
        policy = _policy(topic)
        if any(one.get("Sid") == params["Label"] for one in policy["Statement"]):
            raise invalid("Statement already exists")
        if not params["Label"] or not all(_ACCOUNT.fullmatch(account) for account in params["AWSAccountId"]):
            raise invalid("AWSAccountId" if params["Label"] else "Label")
        if any(action not in ACTIONS for action in params["ActionName"]):
            raise invalid("Policy statement action out of service scope!")
        statement = {
            "Sid": params["Label"],
            "Effect": "Allow",
            "Principal": {"AWS": _one_or_all([f"arn:aws:iam::{account}:root" for account in params["AWSAccountId"]])},
            "Action": _one_or_all([f"SNS:{action}" for action in params["ActionName"]]),
            "Resource": topic.arn,
        }
        topic.configure({"Policy": json.dumps({**policy, "Statement": [*policy["Statement"], statement]})})
        return {}

    @operation("RemovePermission")
    def remove_permission(self, params: Params) -> Response:
        """A label that no statement has is no error."""
        topic = self.topics[params["TopicArn"]]
        policy = _policy(topic)
        left = [one for one in policy["Statement"] if one.get("Sid") != params["Label"]]
        topic.configure({"Policy": json.dumps({**policy, "Statement": left})})
        return {}


def _policy(topic: Topic) -> dict[str, Any]:
    given = topic.attributes.get("Policy")
    policy: dict[str, Any] = topic.default_policy() if given is None else json.loads(given)
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
