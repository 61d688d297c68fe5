"""What keeps things: SSM, KMS, Secrets Manager, CloudWatch and its logs (Service Authorization Reference)."""

from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.rules import On, Rules


def _parameter(call: Call, name: str) -> str:
    """The name of a parameter may say its version or label too."""
    bare = name if name.startswith("arn:") else name.partition(":")[0]
    return bare if bare.startswith("arn:") else call.arn("ssm", f"parameter/{bare.removeprefix('/')}")


def _tagged(call: Call, named: str) -> str:
    kind = call.params.get("ResourceType")
    return _parameter(call, named) if kind == "Parameter" else call.arn("ssm", f"{str(kind).lower()}/{named}")


_OF_PARAMETERS = {
    "DeleteParameter",
    "GetParameter",
    "GetParameterHistory",
    "LabelParameterVersion",
    "PutParameter",
    "UnlabelParameterVersion",
}
SSM = Rules(
    "ssm",
    on=(
        On("Name", _parameter, _OF_PARAMETERS),
        On("Names", _parameter, {"DeleteParameters", "GetParameters"}),
        On("Path", _parameter, {"GetParametersByPath"}),
        On("ResourceId", _tagged, {"AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"}),
        On("ResourceArn", "{}", {"DeleteResourcePolicy", "GetResourcePolicies", "PutResourcePolicy"}),
    ),
)


def _key(call: Call, named: str) -> str:
    return call.directory.key(named)


def _of_ciphertext(call: Call, blob: bytes | str) -> str:
    return call.directory.key_of_ciphertext(blob if isinstance(blob, bytes) else blob.encode())


def _alias(call: Call) -> list[Need]:
    """The alias and the keys that it leaves and goes to (KMS developer guide, "Controlling access to aliases")."""
    action, alias = f"kms:{call.operation}", call.arn("kms", str(call.params["AliasName"]))
    keys = [call.params["TargetKeyId"]] if "TargetKeyId" in call.params else []
    if call.operation != "CreateAlias":
        keys.append(call.params["AliasName"])
    return [Need(action, alias), *(Need(action, each) for each in dict.fromkeys(_key(call, key) for key in keys))]


def _re_encrypt(call: Call) -> list[Need]:
    source = call.params.get("SourceKeyId")
    blob = call.params["CiphertextBlob"]
    before = _key(call, source) if source else _of_ciphertext(call, blob)
    after = _key(call, call.params["DestinationKeyId"])
    return [Need("kms:ReEncryptFrom", before), Need("kms:ReEncryptTo", after)]


KMS = Rules(
    "kms",
    on=(On("KeyId", _key), On("CiphertextBlob", _of_ciphertext)),
    nowhere={"DescribeCustomKeyStores", "GenerateRandom", "ListAliases", "ListRetirableGrants"},
    special={"CreateAlias": _alias, "DeleteAlias": _alias, "ReEncrypt": _re_encrypt, "UpdateAlias": _alias},
)


def _secret(call: Call, named: str) -> str:
    return call.directory.secret(named)


def _secret_values(call: Call) -> list[Need]:
    """Every secret that is asked for needs to be readable too."""
    every = [Need("secretsmanager:BatchGetSecretValue")]
    return every + [
        Need("secretsmanager:GetSecretValue", _secret(call, each)) for each in call.params.get("SecretIdList") or ()
    ]


SECRETS_MANAGER = Rules(
    "secretsmanager",
    on=(On("SecretId", _secret), On("Name", _secret, {"CreateSecret"})),
    special={"BatchGetSecretValue": _secret_values},
)


def _log_group(call: Call, named: str) -> str:
    """But for tagging, what is done to a log group is done to its streams, of one name or of none.

    CloudWatch Logs user guide, "Overview of managing access permissions": all but the tagging operations need the
    log group's ARN with ":*" at its end.
    """
    group = named.removesuffix(":*") if named.startswith("arn:") else call.arn("logs", f"log-group:{named}")
    return f"{group}:log-stream:{call.params.get('logStreamName') or ''}"


LOGS = Rules(
    "logs",
    on=(
        On("logGroupName", _log_group),
        On("logGroupIdentifier", _log_group),
        On("logGroupNames", _log_group),
        On("logGroupIdentifiers", _log_group),
        On("logGroupArnList", _log_group),
        On("resourceIdentifier", _log_group),
        On("resourceArn"),
        On("destinationName", "destination:{}"),
        On("anomalyDetectorArn"),
        On("lookupTableArn"),
        On("lookupTableName", "lookup-table:{}"),
        On("id", "delivery:{}", {"DeleteDelivery", "GetDelivery", "UpdateDeliveryConfiguration"}),
        On("deliverySourceName", "delivery-source:{}", {"CreateDelivery"}),
        On("deliveryDestinationName", "delivery-destination:{}"),
        On("name", "delivery-source:{}", {"GetDeliverySource", "PutDeliverySource"}),
        On("name", "delivery-destination:{}", {"DeleteDeliverySource"}),
        On(
            "name",
            "delivery-destination:{}",
            {"DeleteDeliveryDestination", "GetDeliveryDestination", "PutDeliveryDestination"},
        ),
        On("name", "scheduled-query:{}", {"CreateScheduledQuery"}),
        On("identifier", "scheduled-query:{}"),
        # Whose query it is only the service knows.
        On("queryId", lambda call, _: call.arn("logs", "log-group:*")),
    ),
    nowhere={
        "CancelExportTask",
        "DeleteResourcePolicy",
        "DescribeExportTasks",
        "DescribeLogGroups",
        "DescribeQueries",
        "DescribeResourcePolicies",
        "ListLogGroups",
        "PutResourcePolicy",
        "TestMetricFilter",
    },
)


def _dashboard(call: Call, name: str) -> str:
    return f"arn:aws:cloudwatch::{call.directory.account}:dashboard/{name}"


CLOUDWATCH = Rules(
    "cloudwatch",
    on=(
        On("ResourceARN"),
        On("AlarmNames", "alarm:{}"),
        On("AlarmName", "alarm:{}"),
        On("AlarmMuteRuleName", "alarm-mute-rule:{}"),
        On("Name", "alarm-mute-rule:{}", {"PutAlarmMuteRule"}),
        On("DashboardNames", _dashboard),
        On("DashboardName", _dashboard),
        On("RuleNames", "insight-rule/{}"),
        On("RuleName", "insight-rule/{}"),
        On("Names", "metric-stream/{}"),
        On("Name", "metric-stream/{}"),
        On("DatasetIdentifier", "dataset/{}"),
    ),
    # The reference gives some of them data sets, which the accounts' own metrics are not in.
    nowhere={"DescribeAlarmsForMetric", "GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"},
    keys=lambda call: {"cloudwatch:namespace": call.params["Namespace"]} if call.params.get("Namespace") else {},
)
