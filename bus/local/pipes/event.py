"""An event on its way through a pipe."""

from dataclasses import dataclass
from typing import Any

from bus.local.polling import Record
from bus.local.transformation.jsonpath import Step, find
from bus.local.transformation.template import as_text


@dataclass(frozen=True, slots=True)
class PipeEvent:
    """`value` is what is passed on; `readable` is what JSON paths see of it.

    The two differ for what comes from the source itself: an SQS body and Kinesis data are parsed for paths
    ("implicit body data parsing", EventBridge user guide, "Amazon EventBridge Pipes input transformation").
    """

    value: Any
    readable: Any

    @classmethod
    def of_source(cls, record: Record) -> "PipeEvent":
        return cls(record.data, record.filtered_on)

    @classmethod
    def enriched(cls, value: Any) -> "PipeEvent":
        return cls(value, value)

    @property
    def text(self) -> str:
        return as_text(self.value)

    def at(self, steps: tuple[Step, ...]) -> Any:
        """What lies at a path, or MISSING."""
        return find(self.readable, steps)
