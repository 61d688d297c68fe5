"""API Gateway's HTTP APIs: a request in, a Lambda function asked, its answer out."""

from bus.local.http_api.response import HttpResponse
from bus.local.http_api.room import HttpApiRoom

__all__ = ["HttpApiRoom", "HttpResponse"]
