"""Hands messages to what should have had them: by hand, as the service that gave them up would have done."""
