"""IAM: roles and policies. Nothing here is denied for want of a permission; what is written is kept."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.iam.models import AWSManagedPolicy, iam_backends

from bus.local.resources import Deployed, Resource, resource
from bus.local.stored.kept_by_moto import KeptByMoto

_AWS_POLICY = "arn:aws:iam::aws:policy/"

# AWS takes a role's policy without one, and SAM's policy templates have none; moto refuses it.
_VERSION = "2012-10-17"


class Roles(KeptByMoto):
    """AWS::IAM::Role, Policy and ManagedPolicy."""

    @resource(
        "AWS::IAM::Role",
        acts_on={
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies.PolicyDocument",
            "Policies.PolicyName",
            "RoleName",
            "Tags",
        },
    )
    def make_role(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("RoleName", wanted.name)
        made = self._ask(
            wanted,
            "iam",
            "create_role",
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
            Description=properties.get("Description"),
            MaxSessionDuration=properties.get("MaxSessionDuration"),
            Path=properties.get("Path"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
            Tags=properties.get("Tags"),
        )["Role"]
        for policy in properties.get("Policies", []):
            self._put_policy(wanted, name, policy)
        for arn in properties.get("ManagedPolicyArns", []):
            self._attach(wanted, name, arn)
        return Deployed(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})

    @resource("AWS::IAM::Policy", acts_on={"PolicyDocument", "PolicyName", "Roles"})
    def make_policy(self, wanted: Resource) -> Deployed:
        for role in wanted.properties.get("Roles", []):
            self._put_policy(wanted, role, wanted.properties)
        return Deployed(wanted.name, {"Id": wanted.name})

    @resource(
        "AWS::IAM::ManagedPolicy", acts_on={"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"}
    )
    def make_managed_policy(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        made = self._ask(
            wanted,
            "iam",
            "create_policy",
            PolicyName=properties.get("ManagedPolicyName", wanted.name),
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
            Description=properties.get("Description"),
            Path=properties.get("Path"),
        )["Policy"]
        for role in properties.get("Roles", []):
            self._attach(wanted, role, made["Arn"])
        return Deployed(made["Arn"], {"PolicyArn": made["Arn"], "PolicyId": made["PolicyId"]})

    def _put_policy(self, wanted: Resource, role: str, policy: Mapping[str, Any]) -> None:
        self._ask(
            wanted,
            "iam",
            "put_role_policy",
            RoleName=role,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps({"Version": _VERSION, **policy["PolicyDocument"]}),
        )

    def _attach(self, wanted: Resource, role: str, arn: str) -> None:
        if arn.startswith(_AWS_POLICY):
            self._stock(arn)
        self._ask(wanted, "iam", "attach_role_policy", RoleName=role, PolicyArn=arn)

    def _stock(self, arn: str) -> None:
        """Put one of AWS's own policies on moto's shelf, which is empty unless all 1,500 are put there (0.6 s)."""
        kept = iam_backends[self._plane.account]["aws"].managed_policies
        policy = _aws_policies().get(arn)
        if policy is not None and arn not in kept:
            name = arn.rpartition("/")[2]
            kept[arn] = AWSManagedPolicy.from_data(name, self._plane.account, self._plane.region, policy)


@cache
def _aws_policies() -> Mapping[str, dict[str, Any]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415 - 5 MB, when one is named

    named = json.loads(aws_managed_policies_data)
    return {f"{_AWS_POLICY[:-1]}{policy['Path']}{name}": policy for name, policy in named.items()}
