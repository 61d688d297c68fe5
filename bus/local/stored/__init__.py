"""What only stores state: resources that moto keeps, made through boto3."""

from bus.local.stored.room import StoredRoom

__all__ = ["StoredRoom"]
