"""What people call things: `orders/Table` instead of a generated name, as the stack's template has it."""

import re
from typing import NamedTuple

from bus.local.ledger import Hop
from bus.local.plane import Plane

_ARN = re.compile(r"arn:aws[a-z-]*:(?P<service>[a-z0-9-]*):[a-z0-9-]*:\d*:(?P<rest>[^\s,;)\"']+)")
# Where ARNs and CloudFormation call a service differently.
_SERVICES = {"execute-api": "apigatewayv2", "serverless": "lambda", "stepfunctions": "states"}
_PLACE = {"dynamodb": 1, "lambda": 1, "sns": 0}  # of the name in what an ARN ends in; the last elsewhere

_REMEMBERED = 4096


class Told(NamedTuple):
    """A hop as people read it: what kind of event it is about, where it happened, and the note, in short names."""

    hop: Hop
    detail_type: str | None
    place: str
    note: str


class Names:
    """Knows the resources of the stacks by their names and ARNs."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        # name, or id -> (service, kind of resource) -> stack/logical id
        self._known: dict[str, dict[tuple[str, str], str]] = {}
        self._short: dict[str, str] = {}

    def forget(self) -> None:
        """Stacks have changed."""
        self._known.clear()
        self._short.clear()

    def told(self, hop: Hop) -> Told:
        """A hop for people."""
        kind, place = self._plane.ledger.detail_type(hop.event_id), self.short(hop.resource)
        note = _ARN.sub(lambda arn: self.short(arn[0]), hop.note)
        match hop.service, hop.action:
            case "sns", "deliver" if _ARN.fullmatch(hop.note):  # whom it delivers to
                place, note = f"{place} → {_within(note, place)}", ""
            case "events", "deliver":  # its note is the rule
                note = self.short(hop.note)
        return Told(hop, kind, place, note)

    def short(self, resource: str) -> str:
        """An ARN, a name, or whatever else a hop calls the place where it happened."""
        known = self._short.get(resource)
        if known is None:
            if len(self._short) >= _REMEMBERED:  # paths of requests are many
                self._short.clear()
            self._short[resource] = known = self._shortened(resource)
        return known

    def _shortened(self, resource: str) -> str:
        if not self._known:
            self._learn()
        arn = _ARN.fullmatch(resource)
        service, rest = ("", resource) if arn is None else (arn["service"], arn["rest"])
        service = _SERVICES.get(service, service)
        if service in {"apigatewayv2", ""} and "/" in rest:
            return self._route(rest) or rest
        parts = re.split("[/:]", rest)
        # A table's index or stream, a function's version and a topic's subscription have names behind its own.
        name = parts[min(_PLACE.get(service, -1), len(parts) - 1)]
        return self._called(name, service, parts[0].replace("-", "")) or _bare(rest)

    def _called(self, name: str, service: str, kind: str = "") -> str | None:
        meanings = self._known.get(name, {})
        if (service, kind) in meanings:
            return meanings[service, kind]
        possible = [label for (its, _), label in meanings.items() if service in {"", its}]
        return possible[0] if len(possible) == 1 else None

    def _route(self, rest: str) -> str | None:
        """What API Gateway's ARNs end in: API, stage, method and path."""
        api, _, what = rest.partition("/")
        called = self._called(api, "apigatewayv2")
        if called is None:
            return None
        _, method, *path = what.split("/") if what.count("/") else ("", what)
        return f"{called} {method} /{'/'.join(path)}"

    def _learn(self) -> None:
        for stack in self._plane.rooms["cloudformation"].stacks.values():
            for made in stack.resources.values():
                _, service, kind, *_ = f"{made.type}::".lower().split("::")
                meaning = _SERVICES.get(service, service), kind
                label = f"{stack.name}/{made.logical_id}"
                for name in {_last(made.ref), _last(str(made.attributes.get("Arn", "")))} - {""}:
                    self._known.setdefault(name, {}).setdefault(meaning, label)
        self._known.setdefault("", {})  # it has looked, though there may be no stack


def _within(name: str, other: str) -> str:
    """A name beside another of the same stack, which need not be said twice."""
    return name.removeprefix(other.partition("/")[0] + "/")


def _last(ref: str) -> str:
    """The name in an ARN, a queue's URL, or a rule's `bus|rule`."""
    return re.split("[/:|]", ref)[-1]


def _bare(rest: str) -> str:
    """The end of an ARN, without what kind of thing it is."""
    return rest.rpartition("/")[2] if "/" in rest else rest.partition(":")[2] or rest
