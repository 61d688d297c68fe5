"""The whole platform in one process: templates in, events through, everything visible."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import botocore.session
from botocore.loaders import Loader, create_loader
from moto import mock_aws

from bus.local.anomalies import Anomalies
from bus.local.botocore_hook import activate
from bus.local.cloudformation import CloudFormationRoom
from bus.local.errors import PlaneError
from bus.local.http_api import HttpApiRoom, HttpResponse
from bus.local.ledger import Ledger
from bus.local.looks import QueueLook, TableLook
from bus.local.outside import Call, Mail, Outside, Text
from bus.local.plane import Plane
from bus.local.rooms import open_all
from bus.local.stacks import Stack, Stacks, resource_named, stack_named
from bus.local.trace import Trace, trace_of

START = datetime(2026, 1, 1, tzinfo=UTC)
_HTTP_API = "AWS::ApiGatewayV2::Api"


class PlatformBusyError(PlaneError):
    """One process runs one platform at a time: boto3's clients can have but one answer."""

    def __init__(self) -> None:
        super().__init__("a local platform is already running in this process; close it first")


class NoApiError(PlaneError):
    """A request or a token for a stack that answers no HTTP."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        super().__init__(f"the stack {stack} has no HTTP API ({_HTTP_API})")


class NoChannelError(PlaneError):
    """Nothing leaves the platform by that channel."""

    def __init__(self, channel: str, known: Iterable[str]) -> None:
        self.channel = channel
        super().__init__(f"no channel {channel!r}; there are: {', '.join(known)}")


class LocalPlatform:
    """Every stack, deployed into an event plane under a virtual clock.

    A context manager: inside the block each boto3 client of the process talks to the plane, and to
    moto for what the plane does not own. `seed` decides every id and every random choice, so one
    seed and one set of calls give one ledger.

    Raises UnsupportedResourceError, before anything is made, when a template asks for what the
    plane does not do.
    """

    _running: "LocalPlatform | None" = None

    def __init__(
        self,
        templates: Iterable[str | Path],
        *,
        seed: int = 0,
        start: datetime = START,
        anomalies: Anomalies | None = None,
    ) -> None:
        self.plane = Plane(seed=seed, start=start, anomalies=anomalies)
        self._templates = [Path(template) for template in templates]
        self._exits = ExitStack()

    @classmethod
    def from_templates(cls, *templates: str | Path, **options: Any) -> Self:
        """The platform of these templates, deployed in this order.

        `options` are the constructor's: `seed`, `start`, and `anomalies`, which deliver twice and out of order where
        AWS may.
        """
        return cls(templates, **options)

    @classmethod
    def of_project(cls, root: Path, **options: Any) -> Self:
        """The platform of a project: its bus stack, then every service that has a template; options as before."""
        services = sorted(root.glob("services/*/template.yaml"))
        return cls([root / "bus/infra/template.yaml", *services], **options)

    def __enter__(self) -> Self:
        if LocalPlatform._running is not None:
            raise PlatformBusyError
        with ExitStack() as undo:
            self._start(undo)
            self._deploy()
            self._exits = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    def _start(self, undo: ExitStack) -> None:
        environment = dict(os.environ)
        undo.callback(_restore, environment)
        os.environ["AWS_DEFAULT_REGION"] = self.plane.region
        undo.enter_context(mock_aws())
        open_all(self.plane)
        self.plane.open(CloudFormationRoom(self.plane))
        undo.callback(self.plane.rooms["lambda"].close)
        activate(self.plane)
        undo.callback(activate, None)
        # A default session made before now knows nothing of the hook.
        boto3.setup_default_session(botocore_session=_session())
        LocalPlatform._running = self
        undo.callback(setattr, LocalPlatform, "_running", None)

    def _deploy(self) -> None:
        for path in self._templates:
            self.stacks.create(path)

    @property
    def stacks(self) -> Stacks:
        """Every stack, by name, whether deployed from here or through CloudFormation's API."""
        stacks: Stacks = self.plane.rooms["cloudformation"].stacks
        return stacks

    @property
    def ledger(self) -> Ledger:
        """What happened to every event."""
        return self.plane.ledger

    @property
    def outside(self) -> Outside:
        """What left the platform: mails, text messages, HTTP calls."""
        outside: Outside = self.plane.rooms["outside"]
        return outside

    def run_until_idle(self) -> None:
        """Let everything that is due happen, however far ahead in virtual time."""
        self.plane.engine.run_until_idle()

    def advance(self, span: timedelta) -> None:
        """Let `span` of virtual time pass."""
        self.plane.engine.advance(span)

    def deploy(self, template: str | Path, name: str | None = None, **parameters: str) -> Stack:
        """Deploy a template into the running platform: a new stack, or the change in place of the one of that name.

        Its name is that of the template's folder unless it is given. Raises as `Stacks.deploy` does.
        """
        return self.stacks.deploy(template, name, parameters)

    def delete(self, stack: str) -> None:
        """Delete a stack. Raises StackNotFoundError and StackDeletionError."""
        self.stacks.delete(stack)

    def trace(self, subject: str) -> Trace:
        """What happened to an event, or to everything of a correlation id, and where it is now."""
        return trace_of(self.plane, subject)

    def queue(self, logical_id: str, stack: str | None = None) -> QueueLook:
        """A look at a queue by its logical id; looking receives nothing. Raises as `find` does."""
        return QueueLook(self.plane, resource_named(self.stacks, logical_id, stack, type_="AWS::SQS::Queue").ref)

    def table(self, logical_id: str, stack: str | None = None) -> TableLook:
        """A look at a DynamoDB table by its logical id. Raises as `find` does."""
        return TableLook(self.plane, resource_named(self.stacks, logical_id, stack, type_="AWS::DynamoDB::Table").ref)

    def sent(self, channel: str) -> list[Mail] | list[Text] | list[Call]:
        """What left the platform by "email", "sms" or "http", oldest first. Raises NoChannelError."""
        left = {"email": self.outside.mails, "sms": self.outside.texts, "http": self.outside.calls}
        if channel not in left:
            raise NoChannelError(channel, left)
        return left[channel]  # type: ignore[return-value]  # mypy joins the three lists to a list of objects

    def client(self, service: str) -> Any:
        """A boto3 client of this platform."""
        return boto3.client(service, region_name=self.plane.region)  # type: ignore[call-overload]

    def find(self, logical_id: str, stack: str | None = None) -> str:
        """The physical id (what `Ref` gives) of a resource, by its logical id.

        `stack` is needed when two stacks have a resource of that name. Raises ResourceNotFoundError,
        AmbiguousResourceError or StackNotFoundError.
        """
        return resource_named(self.stacks, logical_id, stack).ref

    def logs(self, logical_id: str, stack: str | None = None) -> list[str]:
        """What a function printed and logged, by its logical id: the last 10,000 lines, oldest first.

        They are in the order written, as in its CloudWatch log group: its own lines, and Lambda's for an error that
        escaped ("[ERROR] KeyError: …", the stack after it) or a handler that could not be loaded. Raises as `find`
        does.
        """
        function = resource_named(self.stacks, logical_id, stack, type_="AWS::Lambda::Function")
        lines: list[str] = self.plane.rooms["lambda"].logs(function.ref)
        return lines

    def publish(self, bus: str, source: str, detail_type: str, detail: Mapping[str, Any]) -> str:
        """Put one event on a bus, around the SDK; returns EventBridge's id for it."""
        entry = {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        answer = self.plane.call("events", "PutEvents", Entries=[entry])
        return str(answer["Entries"][0]["EventId"])

    def request(self, stack: str, method: str, path: str, **kwargs: Any) -> HttpResponse:
        """An HTTP request to the API of a stack: see `HttpApiRoom.request`."""
        return self._http_apis.request(self._api(stack), method, path, **kwargs)

    def token(self, stack: str, **claims: Any) -> str:
        """A bearer token that the API of a stack accepts for the next hour of virtual time."""
        return self._http_apis.issue_token(self._api(stack), claims)

    @property
    def _http_apis(self) -> HttpApiRoom:
        room: HttpApiRoom = self.plane.rooms["apigatewayv2"]
        return room

    def _api(self, stack: str) -> str:
        deployed = stack_named(self.stacks, stack)
        apis = [one.ref for one in deployed.resources.values() if one.type == _HTTP_API]
        if not apis:
            raise NoApiError(stack)
        return apis[0]


def _session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    return session


@cache
def _descriptions() -> Loader:
    # AWS's descriptions of its services take 5 to 40 ms each to parse, and are the same for every platform.
    return create_loader()


def _restore(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
