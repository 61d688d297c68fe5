"""What a deployment is made of."""

from bus.deploy.bundle import Bundle, build

__all__ = ["Bundle", "build"]
