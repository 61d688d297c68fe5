"""IAM: roles and policies. Nothing here is denied for want of a permission; what is written is kept."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from moto.iam.models import AWSManagedPolicy, iam_backends

from bus.local.resources import Deployed, Made, Resource, removes, resource, updates
from bus.local.stored.kept_by_moto import KeptByMoto

_AWS_POLICY = "arn:aws:iam::aws:policy/"

# AWS takes a role's policy without one, and SAM's policy templates have none; moto refuses it.
_VERSION = "2012-10-17"
_SESSION = 3600  # seconds, unless a role says otherwise


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
        replaced_by={"Path", "RoleName"},
    )
    def make_role(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("RoleName", wanted.name)
        made = self._ask(
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
            self._put_policy(name, policy)
        for arn in properties.get("ManagedPolicyArns", []):
            self._attach(name, arn)
        return Deployed(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})

    @updates("AWS::IAM::Role")
    def update_role(self, wanted: Resource, made: Made) -> Deployed:
        properties, before, name = wanted.properties, made.properties, made.ref
        trust = json.dumps(properties["AssumeRolePolicyDocument"])
        self._ask("iam", "update_assume_role_policy", RoleName=name, PolicyDocument=trust)
        duration = properties.get("MaxSessionDuration", _SESSION)
        description = properties.get("Description", "")
        self._ask("iam", "update_role", RoleName=name, Description=description, MaxSessionDuration=int(duration))
        self._bound(wanted, name)
        kept = [policy["PolicyName"] for policy in properties.get("Policies", [])]
        self._delete_policies(name, [each for each in _names(before) if each not in kept])
        for policy in properties.get("Policies", []):
            self._put_policy(name, policy)
        self._attach_only(name, before.get("ManagedPolicyArns", []), properties.get("ManagedPolicyArns", []))
        gone = [tag for tag in made.wanted.tags if tag not in wanted.tags]
        self._ask("iam", "untag_role", RoleName=name, TagKeys=gone)
        self._ask("iam", "tag_role", RoleName=name, Tags=properties.get("Tags", []))
        return made.deployed

    @removes("AWS::IAM::Role")
    def remove_role(self, made: Made) -> None:
        """A role goes with its own policies; one that another resource attached keeps it, as IAM does."""
        self._delete_policies(made.ref, _names(made.properties))
        self._attach_only(made.ref, made.properties.get("ManagedPolicyArns", []), [])
        self._ask("iam", "delete_role", RoleName=made.ref)

    @resource("AWS::IAM::Policy", acts_on={"PolicyDocument", "PolicyName", "Roles"})
    def make_policy(self, wanted: Resource) -> Deployed:
        for role in wanted.properties.get("Roles", []):
            self._put_policy(role, wanted.properties)
        return Deployed(wanted.name, {"Id": wanted.name})

    @updates("AWS::IAM::Policy")
    def update_policy(self, wanted: Resource, made: Made) -> Deployed:
        """The policy of another name, or of another role, is another policy: the old one goes."""
        same_name = wanted.properties["PolicyName"] == made.properties["PolicyName"]
        for role in made.properties.get("Roles", []):
            if not same_name or role not in wanted.properties.get("Roles", []):
                self._delete_policies(role, [made.properties["PolicyName"]])
        self.make_policy(wanted)
        return made.deployed

    @removes("AWS::IAM::Policy")
    def remove_policy(self, made: Made) -> None:
        for role in made.properties.get("Roles", []):
            self._delete_policies(role, [made.properties["PolicyName"]])

    @resource(
        "AWS::IAM::ManagedPolicy",
        acts_on={"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"},
        replaced_by={"Description", "ManagedPolicyName", "Path"},
    )
    def make_managed_policy(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        made = self._ask(
            "iam",
            "create_policy",
            PolicyName=properties.get("ManagedPolicyName", wanted.name),
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
            Description=properties.get("Description"),
            Path=properties.get("Path"),
        )["Policy"]
        for role in properties.get("Roles", []):
            self._attach(role, made["Arn"])
        return Deployed(made["Arn"], {"PolicyArn": made["Arn"], "PolicyId": made["PolicyId"]})

    @updates("AWS::IAM::ManagedPolicy")
    def update_managed_policy(self, wanted: Resource, made: Made) -> Deployed:
        """A new version, in force at once; the old ones go, for a policy has five at most."""
        document = json.dumps(wanted.properties["PolicyDocument"])
        self._ask("iam", "create_policy_version", PolicyArn=made.ref, PolicyDocument=document, SetAsDefault=True)
        self._delete_versions(made)
        for role in made.properties.get("Roles", []):
            if role not in wanted.properties.get("Roles", []):
                self._ask("iam", "detach_role_policy", RoleName=role, PolicyArn=made.ref)
        for role in wanted.properties.get("Roles", []):
            self._attach(role, made.ref)
        return made.deployed

    @removes("AWS::IAM::ManagedPolicy")
    def remove_managed_policy(self, made: Made) -> None:
        for role in made.properties.get("Roles", []):
            self._ask("iam", "detach_role_policy", RoleName=role, PolicyArn=made.ref)
        self._delete_versions(made)
        self._ask("iam", "delete_policy", PolicyArn=made.ref)

    def _delete_versions(self, made: Made) -> None:
        versions = self._ask("iam", "list_policy_versions", PolicyArn=made.ref)["Versions"]
        for version in versions:
            if not version["IsDefaultVersion"]:
                number = version["VersionId"]
                self._ask("iam", "delete_policy_version", PolicyArn=made.ref, VersionId=number)

    def _bound(self, wanted: Resource, role: str) -> None:
        boundary = wanted.properties.get("PermissionsBoundary")
        if boundary is not None:
            self._ask("iam", "put_role_permissions_boundary", RoleName=role, PermissionsBoundary=boundary)
        else:
            self._ask("iam", "delete_role_permissions_boundary", RoleName=role)

    def _delete_policies(self, role: str, names: Iterable[str]) -> None:
        for name in names:
            self._ask("iam", "delete_role_policy", RoleName=role, PolicyName=name)

    def _attach_only(self, role: str, before: list[str], after: list[str]) -> None:
        for arn in before:
            if arn not in after:
                self._ask("iam", "detach_role_policy", RoleName=role, PolicyArn=arn)
        for arn in after:
            if arn not in before:
                self._attach(role, arn)

    def _put_policy(self, role: str, policy: Mapping[str, Any]) -> None:
        self._ask(
            "iam",
            "put_role_policy",
            RoleName=role,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps({"Version": _VERSION, **policy["PolicyDocument"]}),
        )

    def _attach(self, role: str, arn: str) -> None:
        if arn.startswith(_AWS_POLICY):
            self._stock(arn)
        self._ask("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)

    def _stock(self, arn: str) -> None:
        """Put one of AWS's own policies on moto's shelf, which is empty unless all 1,500 are put there (0.6 s)."""
        kept = iam_backends[self._plane.account]["aws"].managed_policies
        policy = _aws_policies().get(arn)
        if policy is not None and arn not in kept:
            name = arn.rpartition("/")[2]
            kept[arn] = AWSManagedPolicy.from_data(name, self._plane.account, self._plane.region, policy)


def _names(properties: Mapping[str, Any]) -> list[str]:
    return [policy["PolicyName"] for policy in properties.get("Policies", [])]


@cache
def _aws_policies() -> Mapping[str, dict[str, Any]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415 - 5 MB, when one is named

    named = json.loads(aws_managed_policies_data)
    return {f"{_AWS_POLICY[:-1]}{policy['Path']}{name}": policy for name, policy in named.items()}
