"""Which route answers a request: the most specific one that matches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

DEFAULT = "$default"
ANY = "ANY"

_LITERAL, _VARIABLE, _GREEDY = range(3)


@dataclass(frozen=True)
class Route:
    """A method and a path, and the function that answers; `path` is None for $default.

    `authorizer` names the JWT authorizer that a request must pass, with one of `scopes` if there
    are any.
    """

    method: str
    path: str | None
    function: str
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What AWS calls it: "GET /orders/{id}", or "$default"."""
        return DEFAULT if self.path is None else f"{self.method} {self.path}"

    @cached_property
    def _segments(self) -> tuple[tuple[int, str], ...]:
        return tuple(_segment(part) for part in _split(self.path or ""))

    def specificity(self) -> tuple[Any, ...]:
        """Sorts the most specific first: literal before variable before greedy, a method before ANY."""
        return (self.path is None, tuple(kind for kind, _ in self._segments), self.method == ANY)

    def match(self, method: str, segments: Sequence[str]) -> dict[str, str] | None:
        """The path variables of a request that this route answers, decoded; None when it does not."""
        if self.path is None:
            return {}
        if self.method not in (ANY, method):
            return None
        return self._variables(segments)

    def _variables(self, segments: Sequence[str]) -> dict[str, str] | None:
        if len(segments) < len(self._segments):
            return None
        found: dict[str, str] = {}
        for index, (kind, name) in enumerate(self._segments):
            if kind == _GREEDY:
                return {**found, name: "/".join(map(unquote, segments[index:]))}
            segment = unquote(segments[index])
            if kind == _VARIABLE and segment:
                found[name] = segment
            elif kind == _VARIABLE or segment != name:
                return None
        return found if len(segments) == len(self._segments) else None


@dataclass(frozen=True)
class Match:
    """The route that answers a request, and its path variables."""

    route: Route
    variables: dict[str, str]


class Routes:
    """The routes of an API (API Gateway developer guide, "Create routes for HTTP APIs")."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=Route.specificity)

    @property
    def keys(self) -> frozenset[str]:
        """What AWS calls them."""
        return frozenset(route.key for route in self._routes)

    def find(self, method: str, path: str) -> Match | None:
        """The route for a request, if one answers it; `path` is percent-encoded still."""
        segments = _split(path)
        for route in self._routes:
            variables = route.match(method, segments)
            if variables is not None:
                return Match(route, variables)
        return None


def _split(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _segment(part: str) -> tuple[int, str]:
    if part.startswith("{") and part.endswith("+}"):
        return _GREEDY, part[1:-2]
    if part.startswith("{") and part.endswith("}"):
        return _VARIABLE, part[1:-1]
    return _LITERAL, part
