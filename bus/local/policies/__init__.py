"""Resource policies: who may do what to a bus, queue, topic, key or role.

IAM user guide, "Policy evaluation logic".
"""

from bus.local.policies.errors import MalformedPolicyError
from bus.local.policies.policy import Effect, Policy, Verdict
from bus.local.policies.request import Caller, Request

__all__ = ["Caller", "Effect", "MalformedPolicyError", "Policy", "Request", "Verdict"]
