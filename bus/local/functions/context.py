"""What a handler is given beside its event."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object (Lambda developer guide, "Using the Lambda context object to retrieve Python function
    information"): the part of it that an invocation without a mobile client or Cognito identity has.
    """

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    remaining_seconds: Callable[[], float]
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None
    tenant_id: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout; only `time.sleep` spends them under the virtual clock."""
        return max(int(self.remaining_seconds() * 1000), 0)
