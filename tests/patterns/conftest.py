"""More examples of each property: `pytest tests/patterns --hypothesis-profile thorough`."""

from hypothesis import settings

settings.register_profile("thorough", max_examples=3000, stateful_step_count=100, deadline=None)
