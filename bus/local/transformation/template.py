"""Templates, as the rooms know them: `bus.transformation.template`, which knows nothing of the plane."""

from bus.transformation.template import Variable, as_json, as_text, split, written

__all__ = ["Variable", "as_json", "as_text", "split", "written"]
