"""Every delivery on AWS is at least once; this makes the effect of an event happen once per consumer."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig
from aws_lambda_powertools.utilities.idempotency.base import IdempotencyHandler

from bus.sdk.envelope import Received

# As long as SQS keeps a message, so that a redrive of old dead letters is still recognised.
_REMEMBERED = timedelta(days=14)


class _Untimed:
    """Stands for the context of a call that has none, with the time of Lambda's longest timeout."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 15 * 60 * 1000


_UNTIMED: Any = _Untimed()


class Deduplication:
    """Remembers by `event_id` what a consumer has done, in a DynamoDB table (key "id", TTL "expiration").

    While a handler runs its event is in progress, until the invocation's time is over: another delivery
    meanwhile raises IdempotencyAlreadyInProgressError, so that it fails and is retried. A handler that
    fails frees the event. An event that is done is passed over.
    """

    def __init__(self, dynamodb: Any, table_name: str, handler: Callable[[Received[Any]], None]) -> None:
        self._handler = handler
        self._store = DynamoDBPersistenceLayer(table_name, boto3_client=dynamodb)
        self._config = IdempotencyConfig(expires_after_seconds=int(_REMEMBERED.total_seconds()))
        # The function is part of the key: functions that share a table, or the code of a handler, each act.
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
        self._prefix = f"{function}.{handler.__module__}.{handler.__qualname__}"

    def once(self, received: Received[Any], context: Any) -> None:
        """Hands the event to the handler unless that has been done."""
        self._config.register_lambda_context(context or _UNTIMED)
        IdempotencyHandler(
            self._handler,
            received.metadata.event_id,
            self._config,
            self._store,
            key_prefix=self._prefix,
            function_args=(received,),
            function_kwargs={},
        ).handle()
