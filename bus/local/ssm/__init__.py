"""Systems Manager's parameters, by which stacks find one another."""

from bus.local.ssm.room import SsmRoom

__all__ = ["SsmRoom"]
