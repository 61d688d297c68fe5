"""The contracts of the platform: read, checked, and turned into models and columns."""
