"""What names say: ARNs, and the short form in which people read them."""

from collections.abc import Callable, Mapping

_PARTS = 6  # of an ARN: arn:partition:service:region:account:resource


def service_of(arn: str) -> str:
    """The service that an ARN names: "sqs" of "arn:aws:sqs:…"; empty for what is no ARN."""
    parts = arn.split(":", _PARTS - 1)
    return parts[2] if len(parts) == _PARTS else ""


def short(arn: str) -> str:
    """The name of what an ARN names: of a rule "bus/rule", of a function its name, of a subscription its topic's.

    What is no ARN is its own name.
    """
    parts = arn.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return arn
    read = _SHORT.get(parts[2], _after_slash)
    return read(parts[5])


def _after_slash(resource: str) -> str:
    return resource.partition("/")[2] or resource


_SHORT: Mapping[str, Callable[[str], str]] = {
    "lambda": lambda resource: resource.removeprefix("function:"),
    "sns": lambda resource: resource.partition(":")[0],
    "dynamodb": lambda resource: resource.split("/")[1],
    "states": lambda resource: resource.rpartition(":")[2],
    "logs": lambda resource: resource.removeprefix("log-group:").removesuffix(":*"),
}


def kind_of(arn: str) -> str:
    """What kind of thing an ARN names: its service, and of EventBridge what it is there ("event-bus")."""
    service = service_of(arn)
    return arn.split(":", _PARTS - 1)[5].partition("/")[0] if service == "events" else service
