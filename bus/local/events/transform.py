"""What a target receives: the event, a constant, a part of it, or a filled template.

User guide, "Amazon EventBridge input transformation". What it leaves open is as LocalStack's tests recorded
it on AWS (tests/aws/services/events/test_events_inputs.snapshot.json).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bus.local.event_paths import parse_path
from bus.local.events.errors import validation
from bus.local.events.event import Event
from bus.local.json_texts import is_json, read
from bus.local.operations import only
from bus.local.times import to_the_second
from bus.transformation.jsonpath import MISSING, Step, find
from bus.transformation.template import Variable, as_json, split, written

Transform = Callable[[Event], str]
_PLACEHOLDER = re.compile(r"<([\w.\-]+)>")
_NAME = re.compile(r"[A-Za-z0-9_\-]+")
_MAX_PATHS = 100
_MARK = "\ufffd"  # stands for a variable while a template is checked
FORMS = ("Input", "InputPath", "InputTransformer")


def compile_transform(target: Mapping[str, Any], rule_name: str, rule_arn: str) -> Transform | None:
    """How the target's text is made, None for the event as it is. Raises AwsError."""
    given = [form for form in FORMS if target.get(form) is not None]
    if len(given) > 1:
        raise validation(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    if not given:
        return None
    if given == ["Input"]:
        return _constant(target["Input"], target["Id"])
    if given == ["InputPath"]:
        return _part(target["InputPath"])
    return _template(target["InputTransformer"], target["Id"], rule_name, rule_arn)


def _constant(text: str, target: str) -> Transform:
    if not is_json(text):
        raise validation(f"JSON syntax error in input for target {target}")
    return lambda _: text


def _part(path: str) -> Transform:
    steps = parse_path(path)

    def part(event: Event) -> str:
        found = find(event.fields, steps)
        return as_json({} if found is MISSING else found)

    return part


def _template(transformer: Mapping[str, Any], target: str, rule_name: str, rule_arn: str) -> Transform:
    only("events:PutTargets InputTransformer", transformer, ("InputPathsMap", "InputTemplate"))
    paths = {name: parse_path(path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    _check_names(paths, target)
    pieces = split(transformer["InputTemplate"], _PLACEHOLDER)
    _check_template(pieces, paths, target)
    fixed = {"aws.events.rule-arn": rule_arn, "aws.events.rule-name": rule_name}
    writers = [_writer(piece, paths, fixed) for piece in pieces]
    return lambda event: "".join(write(event) for write in writers)


def _without_detail(event: Event) -> str:
    """AWS names `detail-type` here as no other event does."""
    around = {"detailType" if name == "detail-type" else name: value for name, value in event.fields.items()}
    del around["detail"]
    return as_json(around)


_INGESTION_TIME = "aws.events.event.ingestion-time"
_WHOLE_EVENT: dict[str, Transform] = {
    "aws.events.event": _without_detail,
    "aws.events.event.json": lambda event: event.text,
}
_RESERVED = frozenset({"aws.events.rule-arn", "aws.events.rule-name", _INGESTION_TIME, *_WHOLE_EVENT})


def _writer(piece: str | Variable, paths: Mapping[str, tuple[Step, ...]], fixed: Mapping[str, str]) -> Transform:
    if isinstance(piece, str):
        return lambda _: piece
    name, quoted = piece.name, piece.quoted
    if name in _WHOLE_EVENT:
        whole = _WHOLE_EVENT[name]
        return lambda event: whole(event).replace('"', "") if quoted else whole(event)
    if name == _INGESTION_TIME:
        return lambda event: written(to_the_second(int(event.ingested)), quoted=quoted)
    if name in fixed:
        return lambda _: written(fixed[name], quoted=quoted)
    return lambda event: written(find(event.fields, paths[name]), quoted=quoted)


def _check_names(paths: Mapping[str, object], target: str) -> None:
    if len(paths) > _MAX_PATHS:
        raise validation(f"InputPathsMap of target {target} has more than {_MAX_PATHS} paths")
    for name in paths:
        if name.lower().startswith("aws."):
            raise validation(f"InputPathsMap of target {target} names the reserved variable {name}")
        if _NAME.fullmatch(name) is None:
            raise validation(f"InputPathsMap of target {target} has the key {name}, which is not of {_NAME.pattern}")


def _check_template(pieces: list[str | Variable], paths: Mapping[str, object], target: str) -> None:
    """A template is JSON, or has one JSON text on each of its lines; a variable is no key of an object."""
    for piece in pieces:
        if isinstance(piece, Variable) and piece.name not in paths and piece.name not in _RESERVED:
            raise validation(f"InputTemplate for target {target} contains invalid placeholder {piece.name}.")
    trial = "".join(piece if isinstance(piece, str) else _MARK if piece.quoted else "null" for piece in pieces)
    lines = [trial] if is_json(trial) else [line for line in trial.splitlines() if line.strip()]
    if not lines or not all(map(is_json, lines)):
        raise validation(f"Invalid InputTemplate for target {target} : [The template is not valid JSON].")
    if any(map(_has_marked_key, lines)):
        raise validation(f"Invalid InputTemplate for target {target} : [A placeholder cannot be an object key].")


def _has_marked_key(text: str) -> bool:
    todo: list[Any] = [read(text)]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            if any(_MARK in key for key in value):
                return True
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return False
