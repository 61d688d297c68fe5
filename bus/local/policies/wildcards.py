"""Texts with `*` and `?` in them, as actions, resources and StringLike have."""

import re
from functools import lru_cache

_ARN_PARTS = 6


@lru_cache(maxsize=4096)
def _compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    text = "".join(".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like(text: str, pattern: str, *, ignore_case: bool = False) -> bool:
    """Whether `text` is what `pattern` describes: `*` is any characters, `?` any one."""
    return _compiled(pattern, ignore_case=ignore_case).fullmatch(text) is not None


def arn_like(arn: str, pattern: str) -> bool:
    """Whether each of an ARN's six parts is what the pattern's part describes.

    IAM user guide, "Amazon Resource Name (ARN) condition operators": no wildcard reaches over a colon, but in the last.
    """
    if pattern == "*":
        return True
    have, want = arn.split(":", _ARN_PARTS - 1), pattern.split(":", _ARN_PARTS - 1)
    return len(have) == len(want) == _ARN_PARTS and all(map(like, have, want))
