"""CloudWatch: log groups and alarms, kept and never evaluated."""

from bus.local.resources import UNENCRYPTED, Deployed, Resource, resource
from bus.local.stored.kept_by_moto import KeptByMoto

_ALARM = {
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Tags",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
}


class Observability(KeptByMoto):
    """AWS::Logs::LogGroup, AWS::Logs::LogStream and AWS::CloudWatch::Alarm."""

    @resource(
        "AWS::Logs::LogGroup",
        acts_on={"LogGroupClass", "LogGroupName", "RetentionInDays", "Tags"},
        inert={
            "DeletionProtectionEnabled": "nothing is deleted while a run lasts",
            "KmsKeyId": UNENCRYPTED,
        },
    )
    def make_log_group(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("LogGroupName", wanted.name)
        class_ = properties.get("LogGroupClass")
        self._ask(wanted, "logs", "create_log_group", logGroupName=name, tags=wanted.tags or None, logGroupClass=class_)
        if days := properties.get("RetentionInDays"):
            self._ask(wanted, "logs", "put_retention_policy", logGroupName=name, retentionInDays=days)
        return Deployed(name, {"Arn": self._plane.arn("logs", f"log-group:{name}:*")})

    @resource("AWS::Logs::LogStream", acts_on={"LogGroupName", "LogStreamName"})
    def make_log_stream(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("LogStreamName", wanted.name)
        group = wanted.properties["LogGroupName"]
        self._ask(wanted, "logs", "create_log_stream", logGroupName=group, logStreamName=name)
        return Deployed(name)

    @resource("AWS::CloudWatch::Alarm", acts_on={"AlarmName", *_ALARM})
    def make_alarm(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("AlarmName", wanted.name)
        definition = {key: value for key, value in wanted.properties.items() if key in _ALARM}
        self._ask(wanted, "cloudwatch", "put_metric_alarm", AlarmName=name, **definition)
        return Deployed(name, {"Arn": self._plane.arn("cloudwatch", f"alarm:{name}")})
