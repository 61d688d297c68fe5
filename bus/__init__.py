"""Omnibus: an event-driven microservices platform over an Amazon EventBridge bus."""
