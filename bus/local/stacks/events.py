"""What is told of a stack's past and present: its events, and the state of each of its resources."""

from dataclasses import dataclass

STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One line of a stack's history; `time` is epoch seconds, `properties` the resource's as JSON.

    The stack's own events have its name as the logical id, and its id as the physical one (API reference, StackEvent).
    """

    id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    time: float
    properties: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class ResourceState:
    """How it stands with a resource since `time`, in epoch seconds; there is no physical id before it is made."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    time: float
