"""What a rule makes of an event for its target (EventBridge user guide, "Amazon EventBridge input transformation")."""

import re
from collections.abc import Mapping
from typing import Any

from bus.transformation.jsonpath import MISSING, find, parse_path
from bus.transformation.template import as_json, split, written

_PLACEHOLDER = re.compile(r"<([\w.\-]+)>")


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], text: str, rule_arn: str) -> str:
    """The text that the target receives; `text` is the event as it is. `target` is as ListTargetsByRule has it."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath") is not None:
        found = find(event, parse_path(target["InputPath"]))
        return as_json({} if found is MISSING else found)
    transformer = target.get("InputTransformer")
    return text if transformer is None else _filled(transformer, event, text, rule_arn)


def _filled(transformer: Mapping[str, Any], event: Mapping[str, Any], text: str, rule_arn: str) -> str:
    """The ingestion time is that of the event, which nothing keeps the bus's own of."""
    paths = transformer.get("InputPathsMap") or {}
    around = {"detailType" if name == "detail-type" else name: value for name, value in event.items()}
    around.pop("detail", None)
    reserved = {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": event.get("time", ""),
    }
    whole = {"aws.events.event": as_json(around), "aws.events.event.json": text}

    def fill(name: str, *, quoted: bool) -> str:
        if name in whole:
            return whole[name].replace('"', "") if quoted else whole[name]
        value = reserved[name] if name in reserved else find(event, parse_path(paths[name]))
        return written(value, quoted=quoted)

    pieces = split(transformer["InputTemplate"], _PLACEHOLDER)
    return "".join(piece if isinstance(piece, str) else fill(piece.name, quoted=piece.quoted) for piece in pieces)
