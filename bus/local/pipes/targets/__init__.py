"""What a pipe delivers to: one module for each way of delivering."""

from bus.local.pipes.targets.outgoing import Outgoing, Send, Sent
from bus.local.pipes.targets.registry import compile_send

__all__ = ["Outgoing", "Send", "Sent", "compile_send"]
