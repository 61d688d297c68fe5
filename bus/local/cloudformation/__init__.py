"""CloudFormation's API, over the stacks of the plane."""

from bus.local.cloudformation.room import CloudFormationRoom

__all__ = ["CloudFormationRoom"]
