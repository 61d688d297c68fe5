"""What a call's parameters name only by an id: the directory that knows the ARNs behind them."""

import base64
import json
from functools import cached_property
from typing import Any

from moto.backends import get_backend

from bus.local.access.identities import Identities
from bus.local.errors import OperationError
from bus.local.plane import Plane

_KEY_ID_LENGTH = 36


class Directory:
    """Looks names up in the plane's rooms and in moto. What is not there gets the ARN that it would have."""

    def __init__(self, plane: Plane, identities: Identities) -> None:
        self._plane, self._identities = plane, identities
        self.account, self.region = plane.account, plane.region

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def iam(self, kind: str, name: str) -> str:
        """The ARN of a user, role, group or instance profile, with its path."""
        backend = self._identities.backend
        found = {
            "role": self._identities.role,
            "user": backend.users.get,
            "group": backend.groups.get,
        }.get(kind, lambda _: None)(name)
        return f"arn:aws:iam::{self.account}:{kind}/{name}" if found is None else str(found.arn)

    def user_of_key(self, access_key: str) -> str | None:
        """The ARN of the user whom an access key belongs to."""
        key = self._identities.backend.access_keys.get(access_key)
        return None if key is None or key.user_name is None else self.iam("user", key.user_name)

    def key(self, named: str) -> str:
        """The ARN of a KMS key, by its id, its alias, or the ARN of either."""
        found = named.rpartition(":")[2] if named.startswith("arn:") else named
        if found.startswith("alias/"):
            found = self._keys.get_key_id_from_alias(found) or found
        return self.arn("kms", found if "/" in found else f"key/{found}")

    def key_of_ciphertext(self, blob: bytes) -> str:
        """The ARN of the key that encrypted something: moto writes its id in front."""
        return self.key(blob[:_KEY_ID_LENGTH].decode("latin-1"))

    @cached_property
    def _keys(self) -> Any:
        return get_backend("kms")[self.account][self.region]

    def secret(self, named: str) -> str:
        """The ARN of a secret, by its name or part of its ARN: it ends in six random characters."""
        found = get_backend("secretsmanager")[self.account][self.region].secrets.get(named)
        if found is not None:
            return str(found.arn)
        return named if named.startswith("arn:") else self.arn("secretsmanager", f"secret:{named}")

    def workgroup_of(self, execution: str) -> str:
        """The name of the workgroup that an Athena query runs in."""
        try:
            found = self._plane.call("athena", "GetQueryExecution", QueryExecutionId=execution)
        except OperationError:
            return "primary"  # no such query: the operation says so
        return str(found["QueryExecution"]["WorkGroup"])

    def hash_key(self, table: str, index: str | None) -> str | None:
        """The name of the partition key of a DynamoDB table, or of an index of it; None when there is none."""
        room = self._plane.rooms.get("dynamodb")
        found = None if room is None else room.database.tables.get(table)
        if found is None:
            return None
        definition = found.definition
        indexes = (*definition.get("GlobalSecondaryIndexes", ()), *definition.get("LocalSecondaryIndexes", ()))
        schemas = [each["KeySchema"] for each in indexes if each["IndexName"] == index]
        schema = schemas[0] if schemas else definition["KeySchema"]
        return next(str(key["AttributeName"]) for key in schema if key["KeyType"] == "HASH")

    @staticmethod
    def source_of_move(handle: str) -> str | None:
        """The ARN of the queue that a move task takes messages from."""
        try:
            return str(json.loads(base64.b64decode(handle, validate=True))["sourceArn"])
        except (ValueError, KeyError, TypeError):
            return None  # no handle at all: the operation says so
