"""IAM, STS and CloudFormation: what their operations need (Service Authorization Reference)."""

from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.rules import On, Rules
from bus.local.errors import UnsupportedOperationError


def _iam(kind: str) -> "On":
    name = "".join(part.capitalize() for part in kind.split("-")) + "Name"
    return On(name, lambda call, value: call.directory.iam(kind, str(value)))


def _policy(call: Call, name: str) -> str:
    path = call.params.get("Path") or "/"
    return f"arn:aws:iam::{call.directory.account}:policy{path}{name}"


def _created(kind: str) -> On:
    """What is created has the path that is asked for."""

    def arn(call: Call, name: str) -> str:
        path = call.params.get("Path") or "/"
        return f"arn:aws:iam::{call.directory.account}:{kind}{path}{name}"

    name = "".join(part.capitalize() for part in kind.split("-"))
    return On(f"{name}Name", arn, {f"Create{name}"})


def _of_key(call: Call, access_key: str) -> str:
    return call.directory.user_of_key(access_key) or f"arn:aws:iam::{call.directory.account}:user/*"


def _linked(call: Call, service: str) -> str:
    return f"arn:aws:iam::{call.directory.account}:role/aws-service-role/{service}/*"


def _provider(call: Call, url: str) -> str:
    return f"arn:aws:iam::{call.directory.account}:oidc-provider/{url.partition('://')[2] or url}"


# Without a UserName these are about the caller itself.
_OF_THE_CALLER = frozenset(
    {
        "ChangePassword",
        "CreateAccessKey",
        "CreateLoginProfile",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "DeleteSigningCertificate",
        "DeleteServiceSpecificCredential",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "ResetServiceSpecificCredential",
        "UpdateAccessKey",
        "UpdateServiceSpecificCredential",
        "UpdateSigningCertificate",
        "UploadSigningCertificate",
    }
)
_OF_PRINCIPALS = {
    "GenerateServiceLastAccessedDetails",
    "GetContextKeysForPrincipalPolicy",
    "ListPoliciesGrantingServiceAccess",
    "SimulatePrincipalPolicy",
}


class IamRules(Rules):
    """IAM's rules, in which the caller itself may be what a call is about."""

    def resources(self, call: Call) -> list[str]:
        """The ARNs of what the call is about."""
        if call.operation in _OF_THE_CALLER and not call.params.get("UserName"):
            key = call.params.get("AccessKeyId")
            return [(call.directory.user_of_key(str(key)) if key else None) or call.caller]
        return super().resources(call)


def _keys(call: Call) -> dict[str, str]:
    named = {
        "iam:PolicyARN": call.params.get("PolicyArn"),
        "iam:PermissionsBoundary": call.params.get("PermissionsBoundary"),
    }
    return {name: value for name, value in named.items() if value}


IAM = IamRules(
    "iam",
    on=(
        On("PolicyArn", "{}", {f"{verb}Policy" for verb in ("Delete", "Get", "Tag", "Untag")}),
        On("PolicyArn", "{}", {f"{verb}PolicyVersion" for verb in ("Create", "Delete", "Get")}),
        On(
            "PolicyArn",
            "{}",
            {"ListEntitiesForPolicy", "ListPolicyTags", "ListPolicyVersions", "SetDefaultPolicyVersion"},
        ),
        On("PolicyName", _policy, {"CreatePolicy"}),
        _created("role"),
        _created("user"),
        _created("group"),
        _created("instance-profile"),
        _iam("instance-profile"),
        _iam("group"),
        _iam("role"),
        _iam("user"),
        On("AWSServiceName", _linked),
        On("DeletionTaskId", lambda call, _: f"arn:aws:iam::{call.directory.account}:role/aws-service-role/*"),
        On("AccessKeyId", _of_key),
        On("SAMLProviderArn"),
        On("OpenIDConnectProviderArn"),
        On("Url", _provider, {"CreateOpenIDConnectProvider"}),
        On("Name", "saml-provider/{}", {"CreateSAMLProvider"}),
        On("ServerCertificateName", "server-certificate/{}"),
        On("VirtualMFADeviceName", "mfa/{}"),
        On("SerialNumber", "mfa/{}"),
        On("PolicySourceArn"),
        On("Arn", "{}", _OF_PRINCIPALS),
        On("EntityPath", "access-report/{}"),
        On("TemplateArn"),
        On("DelegationRequestId", "delegation-request/{}"),
    ),
    keys=_keys,
    global_=True,
)


def _assume(call: Call) -> list[Need]:
    """Raises UnsupportedOperationError for what moto would forget: a session that is narrower than it seems."""
    for name in ("PolicyArns", "Tags"):
        if call.params.get(name):
            raise UnsupportedOperationError(f"the parameter {name} of sts:AssumeRole with --auth")
    keys = {"sts:ExternalId": call.params.get("ExternalId"), "sts:RoleSessionName": call.params.get("RoleSessionName")}
    return [Need("sts:AssumeRole", call.params["RoleArn"], {name: value for name, value in keys.items() if value})]


STS = Rules(
    "sts",
    on=(
        On("RoleArn"),
        On("TargetPrincipal", lambda call, _: f"arn:aws:iam::{call.directory.account}:root"),
        On(
            "Name",
            lambda call, name: f"arn:aws:sts::{call.directory.account}:federated-user/{name}",
            {"GetFederationToken"},
        ),
    ),
    special={"AssumeRole": _assume},
)


def _stack(call: Call, named: str) -> str:
    """A stack's ARN ends in an id, which the patterns of policies leave open."""
    return named if named.startswith("arn:") else call.arn("cloudformation", f"stack/{named}/*")


def _any_stack(call: Call, _: object) -> str:
    return call.arn("cloudformation", "stack/*")


_OF_STACKS = {"DescribeStackResources", "ListHookResults", "ListStackRefactors"}
CLOUDFORMATION = Rules(
    "cloudformation",
    on=(
        On("StackName", _stack),
        On("ChangeSetName", lambda call, named: named if named.startswith("arn:") else _any_stack(call, named)),
        On("StackSetName", "stackset/{}:*"),
        # Which stacks these are about only the service knows.
        *(On(name, _any_stack) for name in ("StackDefinitions", "StackRefactorId", "BearerToken")),
        *(On(name, _any_stack, _OF_STACKS) for name in ("NextToken", "MaxResults", "TargetId", "PhysicalResourceId")),
    ),
    nowhere={"CreateGeneratedTemplate", "CreateStackSet"},
)
