"""Scheduler's errors, in its own words."""

from bus.local.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def no_schedule(name: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Schedule {name} does not exist.", status=404)


def no_group(name: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Schedule group {name} does not exist.", status=404)


def conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message, status=409)
