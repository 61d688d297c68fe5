"""The policy of a resource, wherever it is kept."""

import json
from collections.abc import Callable
from typing import Any

from moto.backends import get_backend

from bus.local.access.directory import Directory
from bus.local.arns import service_of
from bus.local.plane import Plane


class ResourcePolicies:
    """Policies of queues, topics, buses, functions, streams, buckets, keys, secrets, and who may assume a role."""

    def __init__(self, plane: Plane, directory: Directory) -> None:
        self._rooms, self._directory = plane.rooms, directory
        self._of_service: dict[str, Callable[[str], str | None]] = {
            "sqs": self._queue,
            "sns": self._topic,
            "events": self._bus,
            "lambda": self._function,
            "kinesis": self._stream,
            "s3": self._bucket,
            "kms": self._key,
            "secretsmanager": self._secret,
        }

    def of(self, arn: str) -> str | None:
        """The JSON of a resource's policy; None when it has none, or when there is no such resource."""
        find = self._of_service.get(service_of(arn)) if arn.startswith("arn:") else None
        return None if find is None else find(arn)

    def trust(self, role: Any) -> str:
        """The JSON of the policy that says who may assume a role of moto's."""
        return str(role.assume_role_policy_document)

    def _queue(self, arn: str) -> str | None:
        room = self._rooms.get("sqs")
        queue = None if room is None else room.queues.of_arn(arn)
        return None if queue is None else queue.settings.texts.get("Policy")

    def _topic(self, arn: str) -> str | None:
        room = self._rooms.get("sns")
        topic = None if room is None else room.topics.find(arn)
        # The policy that a topic begins with is about calls with aws:SourceOwner, which no caller's own call has.
        return None if topic is None else topic.attributes.get("Policy")

    def _bus(self, arn: str) -> str | None:
        room = self._rooms.get("events")
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if room is None or kind != "event-bus":
            return None
        bus = room.buses.find(name)
        return None if bus is None else bus.policy_text

    def _function(self, arn: str) -> str | None:
        room = self._rooms.get("lambda")
        name, _, qualifier = arn.partition(":function:")[2].partition(":")
        if room is None or name not in room.functions:
            return None
        statements = room.functions.named(name).statements.get(qualifier or "$LATEST")
        return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None

    def _stream(self, arn: str) -> str | None:
        room = self._rooms.get("kinesis")
        return None if room is None else room.policies.get(arn)

    def _bucket(self, arn: str) -> str | None:
        name = arn.partition(":::")[2].partition("/")[0]
        bucket = get_backend("s3")[self._directory.account]["aws"].buckets.get(name)
        return None if bucket is None or bucket.policy is None else bucket.policy.decode()

    def _key(self, arn: str) -> str | None:
        key = get_backend("kms")[self._directory.account][self._directory.region].keys.get(arn.rpartition("/")[2])
        return None if key is None else str(key.policy)

    def _secret(self, arn: str) -> str | None:
        secret = get_backend("secretsmanager")[self._directory.account][self._directory.region].secrets.get(arn)
        policy: str | None = getattr(secret, "policy", None)  # a replica has none of its own
        return policy
