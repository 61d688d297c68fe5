"""What every room of the plane is given: time, chance, the ledger, the operations, the signals."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from bus.local.anomalies import Anomalies
from bus.local.clock import VirtualClock
from bus.local.engine import Engine
from bus.local.errors import OperationError
from bus.local.later import Later
from bus.local.ledger import Ledger
from bus.local.makers import Makers
from bus.local.meters import Meters
from bus.local.operations import Operations, Params, Response

if TYPE_CHECKING:  # it knows functions, which know the plane
    from bus.local.world import World

ACCOUNT = "123456789012"
REGION = "us-east-1"


class Chance:
    """The one source of randomness: the same seed, the same run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret

    def uuid(self) -> str:
        """A version 4 UUID, as AWS gives to messages and requests."""
        digits = self.random.randbytes(16).hex()
        # As str(UUID(bytes=…, version=4)) writes it, in a third of the time: every call's request has one.
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def hex(self, digits: int) -> str:
        """`digits` lower-case hexadecimal digits."""
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def bytes(self, count: int) -> bytes:
        """`count` random bytes."""
        return self.random.randbytes(count)


class Signals:
    """Who wants to know that a queue or stream has something new, by its ARN."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    def on(self, arn: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever `arn` signals; what is returned takes it off again."""
        listeners = self._listeners[arn]
        listeners.append(listener)

        def off() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return off

    def emit(self, arn: str) -> None:
        """Say that `arn` has something new: a message became visible, a record was written."""
        for listener in tuple(self._listeners.get(arn, ())):
            listener()


class Room(Protocol):
    """One AWS service of the plane; `service` is botocore's name for it."""

    service: ClassVar[str]


class Plane:
    """The ground that the rooms stand on; they meet one another only through it."""

    account = ACCOUNT
    region = REGION

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime = datetime(2026, 1, 1, tzinfo=UTC),
        anomalies: Anomalies | None = None,
    ) -> None:
        self.clock = VirtualClock(start)
        self.engine = Engine(self.clock)
        self.ledger = Ledger(self.clock)
        self.meters = Meters(self.clock)
        self.chance = Chance(seed)
        self.anomalies = anomalies or Anomalies()
        self.operations = Operations()
        self.signals = Signals()
        self.makers = Makers()
        self.rooms: dict[str, Any] = {}
        # Under the real clock, what the plane reaches for functions and HTTP calls; None under the virtual one.
        self.world: World | None = None

    def open(self, room: Room) -> None:
        """Let `room` answer its service's operations and make its resources."""
        self.rooms[room.service] = room
        self.operations.add_room(room.service, room)
        self.makers.add_room(room)

    def call(self, service: str, operation: str, **params: object) -> Response:
        """Do an AWS operation of a room of the plane. Raises AwsError."""
        return self.operations.call(service, operation, params)

    def begin(self, service: str, operation: str, params: Params) -> Later[Response]:
        """The same, for whoever can wait for the answer: of a function, of a long poll. Never raises an OperationError:
        the answer does.
        """
        try:
            answer = self.operations.begin(service, operation, params)
        except OperationError as error:
            return Later.failed(error)
        return answer if isinstance(answer, Later) else Later.of(answer)

    def call_with(self, service: str, operation: str, params: Params) -> Response:
        """The same, with the parameters as a mapping."""
        return self.operations.call(service, operation, params)

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of `resource` ("rule/name") in the plane's account and region."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{self.account}:{resource}"
