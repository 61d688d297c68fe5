"""Templates as they are deployed: read, translated from SAM, resolved; the ground of the event-flow graph."""

from bus.topology.errors import NoResourcesError, NotWellFormedError, TopologyError, UnresolvedError
from bus.topology.parts import Output, ResourceTemplate
from bus.topology.resolver import Made, Preview, Resolver, Setting
from bus.topology.template import Template

__all__ = [
    "Made",
    "NoResourcesError",
    "NotWellFormedError",
    "Output",
    "Preview",
    "Resolver",
    "ResourceTemplate",
    "Setting",
    "Template",
    "TopologyError",
    "UnresolvedError",
]
