"""How EventBridge and Scheduler try again: a RetryPolicy's bounds, and the waits between attempts.

API references, RetryPolicy: up to 185 retries within 24 hours, which are the defaults too. AWS says "exponential back
off and jitter", not how long: these waits make 185 retries of about 18 hours, inside the 24 that AWS tries by default.
"""

from random import Random

MOST_RETRIES, GREATEST_AGE = 185, 86_400
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 480.0


def wait_after(attempt: int, random: Random) -> float:
    """Seconds to wait after that attempt, counted from 1, has failed."""
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempt - 1, 16))
    return longest * random.uniform(0.5, 1.0)
