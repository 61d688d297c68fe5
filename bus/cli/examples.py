"""Examples at the end of a command's help."""


def examples(*lines: str) -> str:
    """An epilog for click that shows `lines` as they are written."""
    # click fills paragraphs anew unless they begin with a backspace on a line of its own.
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
