"""CloudWatch: log groups and alarms, kept and never evaluated."""

from bus.local.resources import UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates
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
            "DeletionProtectionEnabled": "a run's logs end with the run",
            "KmsKeyId": UNENCRYPTED,
        },
        replaced_by={"LogGroupName"},
    )
    def make_log_group(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("LogGroupName", wanted.name)
        class_ = properties.get("LogGroupClass")
        self._ask("logs", "create_log_group", logGroupName=name, tags=wanted.tags or None, logGroupClass=class_)
        if days := properties.get("RetentionInDays"):
            self._ask("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)
        return Deployed(name, {"Arn": self._plane.arn("logs", f"log-group:{name}:*")})

    @updates("AWS::Logs::LogGroup")
    def update_log_group(self, wanted: Resource, made: Made) -> Deployed:
        """A log group's class stays as it was made (CloudWatch Logs API reference, CreateLogGroup)."""
        if wanted.properties.get("LogGroupClass") != made.properties.get("LogGroupClass"):
            raise wanted.unsupported("changing LogGroupClass of a log group", "LogGroupClass")
        days = wanted.properties.get("RetentionInDays")
        retention = "put_retention_policy" if days else "delete_retention_policy"
        self._ask("logs", retention, logGroupName=made.ref, retentionInDays=days or None)
        gone = [tag for tag in made.wanted.tags if tag not in wanted.tags]
        if gone:
            self._ask("logs", "untag_log_group", logGroupName=made.ref, tags=gone)
        if wanted.tags:
            self._ask("logs", "tag_log_group", logGroupName=made.ref, tags=wanted.tags)
        return made.deployed

    @removes("AWS::Logs::LogGroup")
    def remove_log_group(self, made: Made) -> None:
        self._ask("logs", "delete_log_group", logGroupName=made.ref)

    @resource(
        "AWS::Logs::LogStream",
        acts_on={"LogGroupName", "LogStreamName"},
        replaced_by={"LogGroupName", "LogStreamName"},
    )
    def make_log_stream(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("LogStreamName", wanted.name)
        group = wanted.properties["LogGroupName"]
        self._ask("logs", "create_log_stream", logGroupName=group, logStreamName=name)
        return Deployed(name)

    @updates("AWS::Logs::LogStream")
    def update_log_stream(self, wanted: Resource, made: Made) -> Deployed:  # noqa: ARG002 - it has nothing to change
        return made.deployed

    @removes("AWS::Logs::LogStream")
    def remove_log_stream(self, made: Made) -> None:
        group = made.properties["LogGroupName"]
        self._ask("logs", "delete_log_stream", logGroupName=group, logStreamName=made.ref)

    @resource("AWS::CloudWatch::Alarm", acts_on={"AlarmName", *_ALARM}, replaced_by={"AlarmName"})
    def make_alarm(self, wanted: Resource) -> Deployed:
        name = wanted.properties.get("AlarmName", wanted.name)
        definition = {key: value for key, value in wanted.properties.items() if key in _ALARM}
        self._ask("cloudwatch", "put_metric_alarm", AlarmName=name, **definition)
        return Deployed(name, {"Arn": self._plane.arn("cloudwatch", f"alarm:{name}")})

    @updates("AWS::CloudWatch::Alarm")
    def update_alarm(self, wanted: Resource, made: Made) -> Deployed:
        """PutMetricAlarm overwrites the whole alarm."""
        definition = {key: value for key, value in wanted.properties.items() if key in _ALARM}
        self._ask("cloudwatch", "put_metric_alarm", AlarmName=made.ref, **definition)
        return made.deployed

    @removes("AWS::CloudWatch::Alarm")
    def remove_alarm(self, made: Made) -> None:
        self._ask("cloudwatch", "delete_alarms", AlarmNames=[made.ref])
