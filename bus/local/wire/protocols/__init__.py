"""AWS's protocols: how a request says its parameters, and how its answer is written.

A protocol is made for one service and holds its shapes' functions; `Conversation` says what each can do.
"""

from bus.local.wire.protocols.cbor import AwsCbor, RpcCbor
from bus.local.wire.protocols.conversation import Conversation
from bus.local.wire.protocols.json import AwsJson
from bus.local.wire.protocols.query import Query
from bus.local.wire.protocols.rest_json import RestJson
from bus.local.wire.protocols.rest_xml import RestXml

__all__ = ["AwsCbor", "AwsJson", "Conversation", "Query", "RestJson", "RestXml", "RpcCbor"]
