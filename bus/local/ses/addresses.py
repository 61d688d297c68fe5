"""What SES accepts as an e-mail address, and the sentences with which it refuses the rest.

The sentences are those that callers of SES have reported ("Missing final '@domain'", "Domain
contains control or whitespace", …).
"""

import re

from bus.local.errors import AwsError

_BRACKETED = re.compile(r"<([^<>]*)>\s*$")
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The first pattern that an address does not match says what is wrong with it.
_RULES = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r".+", "Invalid email address ."),
        (r".*@.*", "Missing final '@domain'"),
        (r".*@.+", "Missing domain"),
        (r".+@.+", "Missing local name"),
        (r".*@[^\s\x00-\x1f@]+", "Domain contains control or whitespace"),
        (r"[^\s\x00-\x1f]+@[^@]+", "Local address contains control or whitespace"),
        (r".*@[^.].*", "Domain starts with dot"),
        (r".*[^.]", "Missing domain"),
        (rf".*@{_LABEL}(?:\.{_LABEL})*", "Domain contains illegal character"),
        (rf"{_ATOM}(?:\.{_ATOM})*@.+", "Local address contains illegal character"),
    )
)


def address_of(given: str) -> str:
    """The bare address in "Ada <ada@example.com>"."""
    bracketed = _BRACKETED.search(given)
    return bracketed[1] if bracketed else given.strip()


def check_address(given: str) -> None:
    """Raises AwsError, a BadRequestException, for what SES takes for no address."""
    address = address_of(given)
    for rule, sentence in _RULES:
        if rule.fullmatch(address) is None:
            raise AwsError("BadRequestException", sentence)
