"""CBOR in place of JSON: Smithy's RPC v2, and what older SDKs speak to Kinesis.

Smithy, "Smithy RPC v2 CBOR protocol": the operation is in the path, an error's name is its shape's whole id. The older
`application/x-amz-cbor-1.1` is AWS JSON 1.1 in every other respect, but for its times in milliseconds.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.utils import parse_to_aware_datetime

from bus.local.wire import cbor
from bus.local.wire.messages import Request
from bus.local.wire.models import OperationModel
from bus.local.wire.protocols.json import AwsJson
from bus.local.wire.shapes.decoding import Decoders
from bus.local.wire.shapes.decoding import octets as from_octets
from bus.local.wire.shapes.encoding import Encoders
from bus.local.wire.shapes.encoding import octets as to_octets


class AwsCbor(AwsJson):
    """One service in CBOR of the older kind."""

    PER_SECOND: ClassVar[float] = 1000

    def _its_content_type(self) -> str:
        return "application/x-amz-cbor-1.1"

    def _its_decoders(self) -> Decoders:
        return Decoders(from_octets)

    def _its_encoders(self) -> Encoders:
        return Encoders(to_octets, lambda moment, _: parse_to_aware_datetime(moment))

    def _loads(self, body: bytes) -> Any:
        return cbor.loads(body, self.PER_SECOND)

    def _dumps(self, value: Any) -> bytes:
        return cbor.dumps(value, self.PER_SECOND)


class RpcCbor(AwsCbor):
    """One service in Smithy's RPC v2; an operation without parameters has no body."""

    PER_SECOND: ClassVar[float] = 1

    def _its_content_type(self) -> str:
        return "application/cbor"

    def params(self, model: OperationModel, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        """See Conversation."""
        return super().params(model, request, labels) if request.body else {}

    def _type(self, name: str, *, modelled: bool) -> str:
        namespace = f"com.amazonaws.{self._service.service_name}" if modelled else "com.amazon.coral.service"
        return f"{namespace}#{name}"

    def _headers(self, request_id: str, content_type: str) -> dict[str, str | list[str]]:
        return {**super()._headers(request_id, content_type), "smithy-protocol": "rpc-v2-cbor"}
