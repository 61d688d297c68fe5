"""Every delivery stream of the account, with what it was configured by."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bus.local.errors import UnsupportedOperationError
from bus.local.firehose.configuration import ICEBERG, PLAIN_S3, S3, destination_of
from bus.local.firehose.errors import in_use, invalid_argument, not_found
from bus.local.firehose.settings import Settings
from bus.local.firehose.stream import DeliveryStream
from bus.local.operations import Params
from bus.local.plane import Plane

_SOURCES = {
    "DirectPut": "DirectPutSourceConfiguration",
    "KinesisStreamAsSource": "KinesisStreamSourceConfiguration",
}
_DESTINATION = "DestinationConfiguration"


@dataclass(eq=False, slots=True)
class Configured:
    """A delivery stream; `kind` and `destination` are the API's configuration of its destination."""

    stream: DeliveryStream
    kind: str
    destination: Mapping[str, Any]
    source: Mapping[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    # A DeliveryStreamEncryptionConfiguration; the plane encrypts nothing, and says what would be.
    encryption: dict[str, Any] = field(default_factory=lambda: {"Status": "DISABLED"})

    @property
    def settings(self) -> Settings:
        return self.stream.settings


class DeliveryStreams:
    """The delivery streams that exist."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_name: dict[str, Configured] = {}

    def all(self) -> list[Configured]:
        """In alphabetical order."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def has(self, name: str) -> bool:
        return name in self._by_name

    def named(self, name: str) -> Configured:
        """Raises AwsError when there is none."""
        if name not in self._by_name:
            raise not_found(name, self._plane.account)
        return self._by_name[name]

    def create(self, params: Params) -> Configured:
        """Make what CreateDeliveryStream's parameters say. Raises AwsError and UnsupportedOperationError."""
        name = params["DeliveryStreamName"]
        if name in self._by_name:
            raise in_use(f"Firehose {name} under account {self._plane.account} already exists")
        kind, given = destination_in(params)
        source = _source(params)
        settings = Settings(
            name=name,
            arn=self._plane.arn("firehose", f"deliverystream/{name}"),
            source=source.get("KinesisStreamARN"),
            destination=destination_of(kind, given),
        )
        if settings.source is not None:
            # Raises for a stream that is not there, as Firehose does when it cannot describe it.
            self._plane.call("kinesis", "ListShards", StreamARN=settings.source)
        configured = Configured(DeliveryStream(self._plane, settings), kind, given, source)
        self._by_name[name] = configured
        return configured

    def change(self, configured: Configured, kind: str, given: Mapping[str, Any]) -> None:
        """Give a stream another destination, or the same with other parameters. Raises as `create`."""
        destination = destination_of(kind, given)
        before = configured.settings
        if destination.partition_retry is not None and before.destination.partition_retry is None:
            raise invalid_argument("Dynamic partitioning cannot be enabled for an existing Firehose stream.")
        if before.destination.backup is not None and destination.backup is None and kind == configured.kind:
            raise invalid_argument("S3 backup cannot be disabled once it is enabled.")
        configured.stream.change(replace(before, destination=destination, version=before.version + 1))
        configured.kind, configured.destination = kind, given

    def delete(self, configured: Configured) -> None:
        """With what is in it."""
        configured.stream.stop()
        del self._by_name[configured.settings.name]


def destination_in(params: Params) -> tuple[str, Mapping[str, Any]]:
    """The one destination in a request, by its kind. Raises AwsError when there is none or several."""
    kinds = [name for name in params if name.endswith(_DESTINATION) and params[name] is not None]
    if len(kinds) != 1:
        raise invalid_argument("Exactly one destination configuration is supported for a Firehose stream.")
    [kind] = kinds
    if kind not in (S3, PLAIN_S3, ICEBERG):
        raise UnsupportedOperationError(f"{kind}: delivery to it")
    return (S3 if kind == PLAIN_S3 else kind), params[kind]


def _source(params: Params) -> Mapping[str, Any]:
    """The configuration of the source. Raises AwsError where it does not fit the type."""
    type_ = params.get("DeliveryStreamType") or "DirectPut"
    if type_ not in _SOURCES:
        raise UnsupportedOperationError(f"the DeliveryStreamType {type_}")
    for other, member in _SOURCES.items():
        if params.get(member) is not None and other != type_:
            raise invalid_argument(f"{member} is not allowed for the DeliveryStreamType {type_}.")
    if type_ == "KinesisStreamAsSource" and not params.get(_SOURCES[type_]):
        raise invalid_argument("KinesisStreamSourceConfiguration must be specified for KinesisStreamAsSource.")
    return params.get(_SOURCES[type_]) or {}
