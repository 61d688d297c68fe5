"""Client request tokens: a retried request is told apart from a new one."""

import json
from collections.abc import Callable

from bus.local.errors import AwsError
from bus.local.operations import Params, Response


class Tokens:
    """What was answered to which token."""

    def __init__(self) -> None:
        self._answered: dict[str, tuple[str, Response]] = {}

    def once(self, operation: str, params: Params, do: Callable[[Params], Response]) -> Response:
        """Do the operation; the same request with the same token is answered as before, and done once.

        Raises AwsError for a token that another request has used.
        """
        token = params.get("ClientRequestToken")
        if token is None:
            return do(params)
        asked = json.dumps([operation, dict(params)], sort_keys=True, default=str)
        before = self._answered.get(token)
        if before is None:
            answer = do(params)
            self._answered[token] = (asked, answer)
            return answer
        if before[0] != asked:
            raise AwsError("TokenAlreadyExistsException", f"A client request token already exists: {token}")
        return before[1]
