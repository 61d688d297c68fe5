"""EventBridge Pipes: from a queue or stream, through a filter and an enrichment, to one target."""

from bus.local.pipes.room import PipesRoom

__all__ = ["PipesRoom"]
