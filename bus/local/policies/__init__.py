"""Policies: who may do what to a bus, queue, topic, key or role.

IAM user guide, "Policy evaluation logic".
"""

from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.policy import SILENT, Effect, Policy, Verdict
from bus.local.policies.principals import Naming
from bus.local.policies.request import Caller, Request, keys_of_moment

__all__ = [
    "SILENT",
    "Caller",
    "Effect",
    "MalformedPolicyError",
    "Naming",
    "Policy",
    "Request",
    "Verdict",
    "keys_of_moment",
]
