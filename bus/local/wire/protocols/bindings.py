"""Members that travel in a URL, in headers or as the status: Smithy, "HTTP bindings"."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from bus.local.wire.messages import Request
from bus.local.wire.shapes import moments
from bus.local.wire.shapes.malformed import MalformedError


def read(shape: Any, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that are not in the body; `labels` are the path's, percent-encoded. Raises MalformedError."""
    query = parse_qs(request.query, keep_blank_values=True) if request.query else {}
    params: dict[str, Any] = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri" if wire in labels:
                params[name] = _value(member, unquote(labels[wire]))
            case "querystring" if member.type_name == "map":
                params[name] = _others(shape, member, query)
            case "querystring" if wire in query:
                params[name] = _values(member, query[wire])
            case "header" if wire.lower() in request.headers:
                params[name] = _in_header(member, request.headers[wire.lower()])
            case "headers":
                params[name] = _starting_with(wire.lower(), request.headers)
    return {name: value for name, value in params.items() if value != {}}


def _in_header(member: Any, text: str) -> Any:
    return _values(member, [one.strip() for one in text.split(",")] if member.type_name == "list" else [text])


def _starting_with(prefix: str, headers: Mapping[str, str]) -> dict[str, str]:
    return {name[len(prefix) :]: value for name, value in headers.items() if name.startswith(prefix)}


def _values(member: Any, texts: list[str]) -> Any:
    if member.type_name == "list":
        return [_value(member.member, text) for text in texts]
    return _value(member, texts[-1])


def _others(shape: Any, member: Any, query: Mapping[str, list[str]]) -> dict[str, Any]:
    """A map in the query string is what no other member has."""
    taken = {one.serialization.get("name", name) for name, one in shape.members.items()}
    return {key: _values(member.value, texts) for key, texts in query.items() if key not in taken}


def _value(shape: Any, text: str) -> Any:
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "boolean":
                return _TRUTHS[text.lower()]
            case "timestamp":
                return moments.read(float(text) if text.replace(".", "", 1).isdecimal() else text)
    except (ValueError, KeyError) as error:
        kind = shape.type_name.capitalize()
        raise MalformedError(f"STRING_VALUE can not be converted to {_ARTICLES.get(kind, 'a')} {kind}") from error
    return text


_TRUTHS = {"true": True, "false": False}
_ARTICLES = {"Integer": "an"}


def headers(shape: Any, response: Mapping[str, Any]) -> dict[str, str]:
    """The members of a response, or of an error, that are headers."""
    found = {}
    for name, member in shape.members.items():
        value, told = response.get(name), member.serialization
        if value is None:
            continue
        if told.get("location") == "header":
            found[told.get("name", name)] = _header(member, value)
        elif told.get("location") == "headers":
            found.update({told.get("name", "") + key: str(one) for key, one in value.items()})
    return found


def _header(shape: Any, value: Any) -> str:
    match shape.type_name:
        case "boolean":
            return "true" if value else "false"
        case "timestamp":
            return str(moments.written(value, shape.serialization.get("timestampFormat", "rfc822")))
        case "list":
            return ",".join(map(str, value))
    return str(value)


def status(shape: Any, response: Mapping[str, Any], otherwise: int) -> int:
    """The status that a response says itself, or else its operation's."""
    for name, member in shape.members.items():
        if member.serialization.get("location") == "statusCode" and response.get(name) is not None:
            return int(response[name])
    return otherwise
