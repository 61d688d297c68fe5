"""Operations by method and path, for services that speak REST: Smithy, "HTTP bindings", `requestUri` of the models."""

from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import parse_qsl

from bus.local.wire.models import service_model


class _Route:
    """One operation's path: texts, and labels in braces, the last of which may be greedy ("{Key+}")."""

    def __init__(self, operation: str, uri: str) -> None:
        path, _, query = uri.partition("?")
        self.operation = operation
        self._parts = _parts(path)
        self._query = dict(parse_qsl(query, keep_blank_values=True))
        self.greedy = bool(self._parts) and self._parts[-1].endswith("+}")
        self.size = len(self._parts)
        labels = sum(part.startswith("{") for part in self._parts)
        # What is written out comes before what is open: "/functions/{Name}/versions" before "/functions/{Name}/{X}".
        self.rank = (self.greedy, labels, -len(self._query))

    def labels(self, parts: list[str], query: Mapping[str, str]) -> dict[str, str] | None:
        """The labels' values, percent-encoded, if this is the route."""
        if any(query.get(name) != value for name, value in self._query.items()):
            return None
        found = {}
        for number, part in enumerate(self._parts):
            if not part.startswith("{"):
                if parts[number] != part:
                    return None
            elif part.endswith("+}"):
                found[part[1:-2]] = "/".join(parts[number:])
            elif not parts[number]:
                return None
            else:
                found[part[1:-1]] = parts[number]
        return found


class Paths:
    """The routes of one service."""

    def __init__(self, service: str) -> None:
        self._fixed: dict[tuple[str, int], list[_Route]] = {}
        self._greedy: dict[str, list[_Route]] = {}
        for method, route in sorted(_routes(service), key=lambda one: one[1].rank):
            if route.greedy:
                self._greedy.setdefault(method, []).append(route)
            else:
                self._fixed.setdefault((method, route.size), []).append(route)

    def find(self, method: str, path: str, query: str) -> tuple[str, dict[str, str]] | None:
        """The operation, and its labels' values, percent-encoded."""
        parts = _parts(path)
        asked = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        routes = self._fixed.get((method, len(parts)), [])
        open_ended = [route for route in self._greedy.get(method, ()) if route.size <= len(parts)]
        for route in (*routes, *open_ended):
            labels = route.labels(parts, asked)
            if labels is not None:
                return route.operation, labels
        return None


def _routes(service: str) -> Iterator[tuple[str, _Route]]:
    model = service_model(service)
    for name in model.operation_names:
        http = model.operation_model(name).http
        yield http.get("method", "POST"), _Route(name, http.get("requestUri", "/"))


def _parts(path: str) -> list[str]:
    """The path's parts; a slash at its end makes none."""
    return path.removesuffix("/").split("/")[1:]


@cache
def paths_of(service: str) -> Paths:
    """The routes of a service, made once."""
    return Paths(service)
