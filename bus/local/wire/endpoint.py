"""The one AWS endpoint: every service's protocol in, its operations asked, its protocol out."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from bus.local.errors import AwsError, OperationError
from bus.local.later import Later
from bus.local.operations import Response as Answered
from bus.local.wire.compression import inflated
from bus.local.wire.front import Front
from bus.local.wire.messages import Request, Response
from bus.local.wire.models import OperationModel, ServiceModel, service_model
from bus.local.wire.protocols import AwsCbor, AwsJson, Conversation, Query, RestJson, RestXml, RpcCbor
from bus.local.wire.queue_urls import reachable
from bus.local.wire.refusals import check
from bus.local.wire.routing import Protocol, Route, Router

_log = logging.getLogger(__name__)
# What a request asks for: the service (botocore's name), the operation, its parameters.
Admit = Callable[[Request, str, str, Mapping[str, Any]], object]
_PROTOCOLS: Mapping[Protocol, Callable[[ServiceModel], Conversation]] = {
    "json": AwsJson,
    "aws-cbor": AwsCbor,
    "rpc-cbor": RpcCbor,
    "query": Query,
    "rest-json": RestJson,
    "rest-xml": RestXml,
}
_FAILURE = "The request processing has failed because of an unknown error, exception or failure."
# Of a request for no service that there is: any service's errors look alike in one protocol.
_NOBODY: Mapping[Protocol, str] = {"query": "sts", "rest-xml": "s3", "rest-json": "scheduler"}
_NOBODY_ELSE = "events"


class Endpoint:
    """Answers every request, in the protocol of the service that it is meant for, as far as that can be told.

    `admit` is given each request with what it asks for, before that is done; it raises OperationError to refuse.
    """

    def __init__(self, front: Front, admit: Admit | None = None) -> None:
        self._front, self._admit = front, admit
        self._router = Router()
        self._conversations: dict[tuple[str, Protocol], Conversation] = {}

    def answer(self, request: Request) -> Later[Response]:
        """The answer, settled at once where it can be. Never raises, and the answer does not fail.

        What goes wrong in a room is logged, and answered as AWS answers its own failures. `abandon` of the answer is
        that of what it waits for.
        """
        request_id = str(uuid4())
        conversation: Conversation | None = None
        try:
            route = self._router.route(request)
            conversation = self._conversation(route)
            if route.service and not self._front.owns(route.service):
                if route.service != "s3":
                    check(*self._params(route, conversation, request))
                elif self._admit is not None:  # what else S3 has to say of a request, moto says
                    self._params(route, conversation, request)
                return Later.of(self._front.raw(route.service, request))
            return self._asked(route, conversation, request, request_id)
        except OperationError as error:
            refused = error
        except Exception:  # noqa: BLE001 - whatever a room has wrong, the server lives on and its caller hears of it
            _log.exception("%s %s failed", request.method, request.path)
            refused = AwsError("InternalFailure", _FAILURE, status=500)
        conversation = conversation or self._conversation(Route("", "rest-json", ""))
        return Later.of(conversation.refusal(refused, request_id))

    def _conversation(self, route: Route) -> Conversation:
        service = route.service or _NOBODY.get(route.protocol, _NOBODY_ELSE)
        found = self._conversations.get((service, route.protocol))
        if found is None:
            found = _PROTOCOLS[route.protocol](service_model(service))
            self._conversations[service, route.protocol] = found
        return found

    def _asked(self, route: Route, conversation: Conversation, request: Request, request_id: str) -> Later[Response]:
        model, params = self._params(route, conversation, request)
        check(model, params)
        trace = request.headers.get("x-amzn-trace-id", "")
        asked = self._front.call(route.service, route.operation, params, trace)
        reply = _Reply(conversation, model, request, request_id)
        if asked.done:
            return Later.of(reply.of(asked))
        later: Later[Response] = Later()
        later.abandon = lambda: _abandon(asked)
        asked.then(lambda answered: later.settle(reply.of(answered)))
        return later

    def _params(
        self, route: Route, conversation: Conversation, request: Request
    ) -> tuple[OperationModel, dict[str, Any]]:
        """What is asked for, once it is admitted."""
        if not route.operation:
            raise conversation.no_such_operation(route.asked)
        model = service_model(route.service).operation_model(route.operation)
        params = conversation.params(model, inflated(request), route.labels)
        if self._admit is not None:
            self._admit(request, route.service, route.operation, params)
        return model, params


def _abandon(asked: Later[Answered]) -> None:
    if asked.abandon is not None:
        asked.abandon()


class _Reply:
    """How one request's answer is written, once it is there."""

    __slots__ = ("_conversation", "_id", "_model", "_request")

    def __init__(self, conversation: Conversation, model: OperationModel, request: Request, request_id: str) -> None:
        self._conversation, self._model, self._request, self._id = conversation, model, request, request_id

    def of(self, answered: Later[Answered]) -> Response:
        """Never raises, as `Endpoint.answer` does not."""
        try:
            response = reachable(self._model, answered.result(), self._request)
            return self._conversation.answer(self._model, response, self._id)
        except OperationError as error:
            return self._conversation.refusal(error, self._id)
        except Exception:  # noqa: BLE001 - as in `Endpoint.answer`
            _log.exception("%s:%s failed", self._model.service_model.service_name, self._model.name)
            return self._conversation.refusal(AwsError("InternalFailure", _FAILURE, status=500), self._id)
