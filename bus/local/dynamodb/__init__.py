"""DynamoDB and its streams, kept in SQLite (docs/decisions/0001-dynamodb-on-sqlite.md)."""

from bus.local.dynamodb.room import DynamoDbRoom
from bus.local.dynamodb.streams import DynamoDbStreamsRoom

__all__ = ["DynamoDbRoom", "DynamoDbStreamsRoom"]
