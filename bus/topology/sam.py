"""SAM templates as the CloudFormation that they stand for, translated by AWS's own translator, offline."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from bus.topology.document import Document
from bus.topology.errors import TopologyError

TRANSFORM = "AWS::Serverless-2016-10-31"

# The translator takes code from S3 alone. What `sam package` uploads stays where it is here, so a
# path travels through the translation as a key of a bucket that does not exist.
_UNPACKAGED = "unpackaged"


def translate(document: Document, values: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The translated template. A function's `Code` is its CodeUri where that is a path, as in an unpackaged template.

    `values` are the parameters' values as far as they are known before SSM is read. It takes some
    20 ms, and the first call another 0.3 s for the import: callers keep what it returns.
    """
    import boto3  # noqa: PLC0415 - only templates with SAM in them pay for the translator
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415 - as above
    from samtranslator.parser.parser import Parser  # noqa: PLC0415 - as above
    from samtranslator.translator.translator import Translator  # noqa: PLC0415 - as above

    content = copy.deepcopy(document.content)
    _hide_ssm_defaults(content)
    _hide_paths(content)
    translator = Translator({}, Parser(), boto_session=boto3.session.Session(region_name=region))
    try:
        translated: dict[str, Any] = translator.translate(content, dict(values), get_managed_policy_map=dict)
    except InvalidDocumentException as error:
        raise _error(document, error) from error
    translator.metrics.publish()  # to nowhere; it complains when it is let go without
    _show_paths(translated)
    return {**_plain(translated), "Parameters": document.content.get("Parameters", {})}


def _plain(value: Any) -> Any:
    """The same in dictionaries of Python's own: the translator's do not keep the order of their keys when pickled."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    return [_plain(below) for below in value] if isinstance(value, list) else value


def _hide_ssm_defaults(content: dict[str, Any]) -> None:
    # The translator would put the parameter's name where its value belongs.
    for definition in content.get("Parameters", {}).values():
        if str(definition.get("Type", "")).startswith("AWS::SSM::Parameter::Value<"):
            definition.pop("Default", None)


def _hide_paths(content: dict[str, Any]) -> None:
    for properties in _function_properties(content):
        uri = properties.get("CodeUri")
        if isinstance(uri, str) and not uri.startswith("s3://"):
            properties["CodeUri"] = f"s3://{_UNPACKAGED}/{quote(uri, safe='')}"


def _function_properties(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield content.get("Globals", {}).get("Function", {})
    for resource in content.get("Resources", {}).values():
        if resource.get("Type") == "AWS::Serverless::Function":
            yield resource.get("Properties", {})


def _show_paths(translated: dict[str, Any]) -> None:
    for resource in translated["Resources"].values():
        match resource:
            case {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": bucket, "S3Key": key}}} if (
                bucket == _UNPACKAGED
            ):
                resource["Properties"]["Code"] = unquote(key)


def _error(document: Document, error: Any) -> TopologyError:
    cause = error.causes[0]
    logical_id = getattr(cause, "_logical_id", None)  # the translator keeps it to itself
    line = document.line(("Resources", logical_id) if logical_id else ("Resources",))
    return TopologyError(document.name, line, "", "; ".join(each.message for each in error.causes))
