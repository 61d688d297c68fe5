"""The operations on what a stream keeps to: how long, how large, how distributed, encrypted and watched."""

from bus.local.kinesis.errors import invalid_argument
from bus.local.kinesis.requests import checked
from bus.local.kinesis.stream import Stream
from bus.local.kinesis.streams import Streams, distribute, record_kib, set_retention
from bus.local.operations import Params, Response

# API reference, EnableEnhancedMonitoring; "ALL" stands for all of them.
METRICS = (
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)


class StreamSettings:
    """Changing a stream's settings; each takes effect at once."""

    streams: Streams

    @checked("IncreaseStreamRetentionPeriod")
    def increase_stream_retention_period(self, params: Params) -> Response:
        stream, hours = self.streams.of(params), params["RetentionPeriodHours"]
        if hours < stream.retention_hours:
            raise invalid_argument(
                f"Requested retention period ({hours} hours) for stream {stream.name} can not be shorter than existing "
                f"retention period ({stream.retention_hours} hours). Use DecreaseRetentionPeriod API."
            )
        set_retention(stream, hours)
        return {}

    @checked("DecreaseStreamRetentionPeriod")
    def decrease_stream_retention_period(self, params: Params) -> Response:
        stream, hours = self.streams.of(params), params["RetentionPeriodHours"]
        if hours > stream.retention_hours:
            raise invalid_argument(
                f"Requested retention period ({hours} hours) for stream {stream.name} can not be longer than existing "
                f"retention period ({stream.retention_hours} hours). Use IncreaseRetentionPeriod API."
            )
        set_retention(stream, hours)
        return {}

    @checked("UpdateMaxRecordSize")
    def update_max_record_size(self, params: Params) -> Response:
        self.streams.of(params).record_kib = record_kib(params["MaxRecordSizeInKiB"])
        return {}

    @checked("UpdateStreamRecordDistributionStrategy")
    def update_stream_record_distribution_strategy(self, params: Params) -> Response:
        distribute(self.streams.of(params), params["RecordDistributionStrategy"])
        return {}

    @checked("StartStreamEncryption")
    def start_stream_encryption(self, params: Params) -> Response:
        """The plane encrypts nothing; it says of records what they would be."""
        stream = self.streams.of(params)
        if params["EncryptionType"] != "KMS":
            raise invalid_argument("EncryptionType must be KMS.")
        stream.encryption_key = params["KeyId"]
        return {}

    @checked("StopStreamEncryption")
    def stop_stream_encryption(self, params: Params) -> Response:
        stream = self.streams.of(params)
        if params["EncryptionType"] != "KMS":
            raise invalid_argument("EncryptionType must be KMS.")
        stream.encryption_key = None
        return {}

    @checked("EnableEnhancedMonitoring")
    def enable_enhanced_monitoring(self, params: Params) -> Response:
        stream = self.streams.of(params)
        return _monitored(stream, {*stream.metrics, *named_metrics(params["ShardLevelMetrics"])})

    @checked("DisableEnhancedMonitoring")
    def disable_enhanced_monitoring(self, params: Params) -> Response:
        stream = self.streams.of(params)
        return _monitored(stream, {*stream.metrics} - {*named_metrics(params["ShardLevelMetrics"])})


def named_metrics(names: list[str]) -> list[str]:
    """The metrics that a request names, in alphabetical order."""
    return list(METRICS) if "ALL" in names else sorted(set(names))


def _monitored(stream: Stream, metrics: set[str]) -> Response:
    before, stream.metrics = stream.metrics, sorted(metrics)
    return {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "CurrentShardLevelMetrics": before,
        "DesiredShardLevelMetrics": stream.metrics,
    }
