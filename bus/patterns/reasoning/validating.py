"""What a JSON Schema accepts, asked of jsonschema-rs, formats included; imported when first asked."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Validity = Callable[[Any], bool]
Retrieve = Callable[[str], Any]


def validity(schema: Any, retrieve: Retrieve) -> Validity:
    """The check of a whole event against a schema of draft 2020-12. Raises ValueError, and what `retrieve` raises."""
    import jsonschema_rs  # noqa: PLC0415 - patterns are matched without it

    raised: list[Exception] = []

    def retrieved(uri: str) -> Any:
        try:
            return retrieve(uri)
        except Exception as error:
            raised.append(error)
            raise

    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, retriever=retrieved).is_valid
    except jsonschema_rs.ValidationError as error:
        raise (raised[0] if raised else error) from None


@lru_cache(maxsize=1024)
def text_validity(keyword: str, operand: str) -> Validity:
    """The check of a text against one keyword, `pattern` or `format`."""
    return validity({keyword: operand}, _nowhere)


def plain(schema: Mapping[str, Any]) -> Any:
    """A mapping of any kind as the dicts and lists that validators take."""
    return schema if isinstance(schema, dict) else json.loads(json.dumps(dict(schema)))


def _nowhere(uri: str) -> Any:
    raise LookupError(uri)
