"""Policy variables: `${aws:username}` in a resource or in the value of a condition.

IAM user guide, "IAM policy elements: Variables and tags": a variable is a condition key, with a default perhaps
("${aws:PrincipalTag/team, 'none'}"); `${*}`, `${?}` and `${$}` are the characters themselves. They are known to
policies of version 2012-10-17 alone. What the request does not say, or says several times, makes the text match
nothing.
"""

import re
from collections.abc import Callable

from bus.local.policies.request import Request

VERSION = "2012-10-17"
Text = Callable[[Request], str | None]

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,\s]+)\s*,\s*'([^']*)'\s*")
# What stands for a character itself, so that the wildcards of a pattern stay apart from it.
_LITERAL = {"*": "\ue000", "?": "\ue001", "$": "$"}
_PLAIN = str.maketrans({"*": "\ue000", "?": "\ue001"})
_BACK = str.maketrans({"\ue000": "*", "\ue001": "?"})


def has_variables(text: str) -> bool:
    return "${" in text


def text_of(template: str) -> Text:
    """What `template` is for a request; a value's own `*` and `?` are no wildcards, see `plain`."""
    parts = _VARIABLE.split(template)

    def fill(request: Request) -> str | None:
        filled = []
        for index, part in enumerate(parts):
            value = part if index % 2 == 0 else _value(part, request)
            if value is None:
                return None
            filled.append(value)
        return "".join(filled)

    return fill


def escaped(text: str) -> str:
    """The text that a pattern with escaped characters is held against."""
    return text.translate(_PLAIN)


def plain(text: str) -> str:
    """A filled template as a text that is no pattern."""
    return text.translate(_BACK)


def _value(variable: str, request: Request) -> str | None:
    if variable in _LITERAL:
        return _LITERAL[variable]
    found = _DEFAULT.fullmatch(variable)
    key, default = (variable.strip(), None) if found is None else found.groups()
    values = request.values(key)
    if values is None:
        return default
    return values[0].translate(_PLAIN) if len(values) == 1 else None
