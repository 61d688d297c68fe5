"""Errors of an HTTP API as RFC 9457 problem details, the same for every service."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

_TYPE = "https://omnibus.example/problems/{}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem: its status, the last part of its type's URI, and its title."""

    status: HTTPStatus
    kind: str
    title: str

    def at(self, instance: str, detail: str, **members: Any) -> str:
        """The JSON of this problem with one request; `instance` is its path, `detail` what is wrong with it."""
        problem = {
            "type": _TYPE.format(self.kind),
            "title": self.title,
            "status": self.status.value,
            "detail": detail,
            "instance": instance,
            **members,
        }
        return json.dumps(problem)


MALFORMED = Problem(HTTPStatus.BAD_REQUEST, "malformed-request", "The request is malformed")
NOT_JSON = Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json", "The body is not JSON")
NO_ROUTE = Problem(HTTPStatus.NOT_FOUND, "no-route", "There is nothing here")


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every fault of a request, with its JSON pointer, from pydantic's list of errors.

    The `loc` of each begins with the part of the request ("body", "query").
    """
    return [_fault(error) for error in errors]


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":
        _, position = error["loc"]
        return {"path": "", "message": f"not JSON: {error['ctx']['error']} at character {position}"}
    return {"path": _pointer(error["loc"][1:]), "message": error["msg"]}


def _pointer(location: Iterable[str | int]) -> str:
    # RFC 6901: "~" and "/" inside a name are escaped.
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
