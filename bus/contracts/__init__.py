"""The contracts of the platform: read, checked, and turned into models and columns."""

from bus.contracts.errors import ContractError as ContractError
from bus.contracts.registry import Contract as Contract
from bus.contracts.registry import Registry as Registry
from bus.contracts.registry import contracts_of as contracts_of
from bus.contracts.registry import load as load
