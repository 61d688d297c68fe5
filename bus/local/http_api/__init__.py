"""API Gateway's HTTP APIs: a request in, a Lambda function asked, its answer out."""

from bus.local.http_api.gateway import MOST_BYTES
from bus.local.http_api.request import SOURCE_IP, HttpRequest
from bus.local.http_api.response import HttpResponse, failure, refusal
from bus.local.http_api.room import HttpApiRoom

__all__ = ["MOST_BYTES", "SOURCE_IP", "HttpApiRoom", "HttpRequest", "HttpResponse", "failure", "refusal"]
