"""Functions whose answer matters: those that poll a stream, and those that enrich."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.account import Account
from bus.operating.errors import RefusedError, in_one_sentence
from bus.operating.names import short


def ask(account: Account, arn: str, payload: Any) -> Any:
    """Invoke and wait; what it answered. Raises RefusedError for a function error too."""
    try:
        answer = account.client("lambda").invoke(
            FunctionName=arn, InvocationType="RequestResponse", Payload=json.dumps(payload).encode()
        )
    except (ClientError, BotoCoreError) as error:
        raise RefusedError(f"{short(arn)} did not take it: {in_one_sentence(error)}") from error
    value = json.loads(answer["Payload"].read() or "null")
    if "FunctionError" in answer:
        told = value if isinstance(value, dict) else {}
        why = ": ".join(str(told[name]) for name in ("errorType", "errorMessage") if told.get(name))
        raise RefusedError(f"{short(arn)} failed: {why or answer['FunctionError']}")
    return value


def check_reported(arn: str, value: Any) -> None:
    """Raises RefusedError for an answer that names records as failed."""
    failures = value.get("batchItemFailures") if isinstance(value, dict) else None
    if failures:
        named = ", ".join(str(one.get("itemIdentifier")) for one in failures if isinstance(one, dict))
        raise RefusedError(f"{short(arn)} reports as failed: {named}")
