"""AWS's service models as the wire needs them: botocore's, with the names that SQS had in the query protocol.

SQS speaks JSON since 2023 and still answers the query protocol, of which its model has lost the names; moto carries
them as `locationNameForQueryCompatibility`, and the XML namespace with them.
"""

from functools import cache

from botocore.loaders import create_loader as botocore_loader
from moto.core.loaders import create_loader
from moto.core.model import OperationModel, ServiceModel, Shape

_loader = create_loader()


@cache
def service_model(service: str) -> ServiceModel:
    """AWS's description of a service, by botocore's name for it. Raises botocore's UnknownServiceError."""
    return ServiceModel(_loader.load_service_model(service, "service-2"), service)


@cache
def operations_of(service: str) -> frozenset[str]:
    """The names of a service's operations."""
    return frozenset(service_model(service).operation_names)


@cache
def known_services() -> frozenset[str]:
    """Botocore's names of all services."""
    return frozenset(botocore_loader().list_available_services("service-2"))


def speaks(service: str, *protocols: str) -> bool:
    """Whether a service answers in one of `protocols`, such as "query"."""
    metadata = service_model(service).metadata
    spoken = metadata.get("protocols", [metadata["protocol"]])
    return not set(spoken).isdisjoint(protocols)


def query_name(shape: Shape, otherwise: str) -> str:
    """What a member is called in the query protocol."""
    told = shape.serialization
    return str(told.get("locationNameForQueryCompatibility") or told.get("name") or otherwise)


__all__ = ["OperationModel", "ServiceModel", "Shape", "known_services", "operations_of", "query_name", "service_model"]
