"""The Lambda room: functions, invoked in process or in the world."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from bus.local.lambda_.asynchronous import AsynchronousInvocations
from bus.local.lambda_.concurrency_operations import ConcurrencyOperations
from bus.local.lambda_.function_operations import FunctionOperations
from bus.local.lambda_.function_resources import FunctionResources
from bus.local.lambda_.functions import Functions
from bus.local.lambda_.invocation import story
from bus.local.lambda_.invocation_resources import InvocationResources
from bus.local.lambda_.invoke_config_operations import InvokeConfigOperations
from bus.local.lambda_.invoke_operations import InvokeOperations
from bus.local.lambda_.mapping import EventSourceMapping
from bus.local.lambda_.mapping_operations import MappingOperations
from bus.local.lambda_.policy_operations import PolicyOperations
from bus.local.lambda_.tag_operations import TagOperations
from bus.local.lambda_.version_resources import VersionResources
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts


class LambdaRoom(
    FunctionOperations,
    VersionResources,
    InvokeOperations,
    InvokeConfigOperations,
    ConcurrencyOperations,
    PolicyOperations,
    TagOperations,
    FunctionResources,
    InvocationResources,
    MappingOperations,
):
    """AWS Lambda, with each handler run in a sandbox of this process, or in a process of its own by the world."""

    service: ClassVar[str] = "lambda"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.functions = Functions(plane)
        self.mappings: dict[str, EventSourceMapping] = {}
        self._asynchronous = AsynchronousInvocations(plane, self.functions.lineage)

    def logs(self, name: str) -> list[str]:
        """What a function printed and logged, line by line. Raises AwsError for a function that is not there."""
        return self.functions.get(name).function.log.lines()

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """What waits in Lambda's own queue or in a reader, or still runs."""
        yield from self._asynchronous.whereabouts(event_id)
        yield from self.whereabouts_in_mappings(event_id)

    @contextmanager
    def called_by(self, header: str) -> Iterator[None]:
        """Within the block, what is done is done by the function in a process that the X-Amzn-Trace-Id speaks of.

        Its hops are the hops of the event that the function works on.
        """
        event_id = self._plane.ledger.kept(story(header)) if header else None
        with self.functions.lineage.told(header), self._plane.ledger.following(event_id):
            yield

    def close(self) -> None:
        """Delete the folders that packages were unpacked into."""
        self.functions.close()
