"""The operations on delivery streams themselves."""

from typing import Any

from bus.local.constraints import check, service_model
from bus.local.errors import AwsError
from bus.local.firehose import descriptions
from bus.local.firehose.errors import invalid_argument
from bus.local.firehose.streams import Configured, DeliveryStreams, destination_in
from bus.local.operations import Params, Response, operation
from bus.local.plane import Plane

_MOST_TAGS = 50
_PAGE = 10
_KEY_TYPES = ("AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK")


class Administration:
    """Creating, describing, changing, tagging and deleting delivery streams."""

    streams: DeliveryStreams
    _plane: Plane

    @operation("CreateDeliveryStream")
    def create_delivery_stream(self, params: Params) -> Response:
        _check("CreateDeliveryStream", params)
        tags = {tag["Key"]: tag.get("Value", "") for tag in params.get("Tags") or []}
        encryption = params.get("DeliveryStreamEncryptionConfigurationInput")
        configured = self.streams.create(params)
        configured.tags.update(tags)
        if encryption is not None:
            encrypt(configured, encryption)
        return {"DeliveryStreamARN": configured.settings.arn}

    @operation("DeleteDeliveryStream")
    def delete_delivery_stream(self, params: Params) -> Response:
        """AllowForceDelete is about grants of keys, of which the plane has none."""
        self.streams.delete(self._named("DeleteDeliveryStream", params))
        return {}

    @operation("DescribeDeliveryStream")
    def describe(self, params: Params) -> Response:
        configured = self._named("DescribeDeliveryStream", params)
        stream, settings = configured.stream, configured.settings
        hints = settings.destination.hints
        description: dict[str, Any] = {
            "DeliveryStreamName": settings.name,
            "DeliveryStreamARN": settings.arn,
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": settings.type,
            "DeliveryStreamEncryptionConfiguration": configured.encryption,
            "VersionId": str(settings.version),
            "CreateTimestamp": stream.created,
            "Destinations": [descriptions.destination(configured.kind, configured.destination, hints)],
            "HasMoreDestinations": False,
        }
        if stream.updated is not None:
            description["LastUpdateTimestamp"] = stream.updated
        if settings.source is not None:
            source = {**configured.source, "DeliveryStartTimestamp": stream.created}
            description["Source"] = {"KinesisStreamSourceDescription": source}
        elif configured.source:
            description["Source"] = {"DirectPutSourceDescription": configured.source}
        return {"DeliveryStreamDescription": description}

    @operation("ListDeliveryStreams")
    def list_streams(self, params: Params) -> Response:
        _check("ListDeliveryStreams", params)
        after, limit = params.get("ExclusiveStartDeliveryStreamName", ""), params.get("Limit", _PAGE)
        wanted = params.get("DeliveryStreamType")
        found = [one.settings for one in self.streams.all()]
        names = [one.name for one in found if one.name > after and wanted in (None, one.type)]
        return {"DeliveryStreamNames": names[:limit], "HasMoreDeliveryStreams": len(names) > limit}

    @operation("UpdateDestination")
    def update_destination(self, params: Params) -> Response:
        """Merges the parameters of a destination of the same type, and replaces one of another type."""
        configured = self._named("UpdateDestination", params)
        if params["DestinationId"] != descriptions.DESTINATION_ID:
            raise invalid_argument(f"Destination Id {params['DestinationId']} not found")
        version = str(configured.settings.version)
        if params["CurrentDeliveryStreamVersionId"] != version:
            raise AwsError(
                "ConcurrentModificationException",
                f"Cannot update firehose: {configured.settings.name} since the current version id: {version} and "
                f"specified version id: {params['CurrentDeliveryStreamVersionId']} do not match",
            )
        kind, given = destination_in(_as_configurations(params))
        if kind == configured.kind:
            given = _merged(configured.destination, given)
        self.streams.change(configured, kind, given)
        return {}

    @operation("StartDeliveryStreamEncryption")
    def start_delivery_stream_encryption(self, params: Params) -> Response:
        configured = self._named("StartDeliveryStreamEncryption", params)
        encrypt(configured, params.get("DeliveryStreamEncryptionConfigurationInput") or {})
        return {}

    @operation("StopDeliveryStreamEncryption")
    def stop_delivery_stream_encryption(self, params: Params) -> Response:
        configured = self._named("StopDeliveryStreamEncryption", params)
        _check_direct(configured)
        configured.encryption = {"Status": "DISABLED"}
        return {}

    @operation("TagDeliveryStream")
    def tag_delivery_stream(self, params: Params) -> Response:
        tags = self._named("TagDeliveryStream", params).tags
        more = {tag["Key"]: tag.get("Value", "") for tag in params["Tags"]}
        if len(tags.keys() | more.keys()) > _MOST_TAGS:
            raise AwsError("LimitExceededException", f"A Firehose stream cannot have more than {_MOST_TAGS} tags.")
        tags.update(more)
        return {}

    @operation("UntagDeliveryStream")
    def untag_delivery_stream(self, params: Params) -> Response:
        tags = self._named("UntagDeliveryStream", params).tags
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("ListTagsForDeliveryStream")
    def list_tags_for_delivery_stream(self, params: Params) -> Response:
        tags = self._named("ListTagsForDeliveryStream", params).tags
        after, limit = params.get("ExclusiveStartTagKey", ""), params.get("Limit", _MOST_TAGS)
        found = [{"Key": key, "Value": value} for key, value in sorted(tags.items()) if key > after]
        return {"Tags": found[:limit], "HasMoreTags": len(found) > limit}

    def _named(self, operation_name: str, params: Params) -> Configured:
        _check(operation_name, params)
        return self.streams.named(params["DeliveryStreamName"])


def encrypt(configured: Configured, given: Params) -> None:
    """Note the key that a DeliveryStreamEncryptionConfigurationInput names. Raises AwsError where none may be."""
    _check_direct(configured)
    type_ = given.get("KeyType", _KEY_TYPES[0])
    if (type_ == _KEY_TYPES[1]) != (given.get("KeyARN") is not None):
        raise invalid_argument("KeyARN must be specified for the KeyType CUSTOMER_MANAGED_CMK, and for no other.")
    configured.encryption = {**given, "KeyType": type_, "Status": "ENABLED"}


def _check_direct(configured: Configured) -> None:
    if configured.settings.source is not None:
        raise invalid_argument("Server-side encryption is for Firehose streams that use DirectPut as their source.")


def _check(operation_name: str, params: Params) -> None:
    check(service_model("firehose").operation_model(operation_name), params)


def _as_configurations(params: Params) -> dict[str, Any]:
    """The updates of UpdateDestination under the names that their configurations have on creation."""
    updates = {name: value for name, value in params.items() if name.endswith("DestinationUpdate")}
    return {name.removesuffix("Update") + "Configuration": _renamed(value) for name, value in updates.items()}


def _renamed(update: Params) -> dict[str, Any]:
    return {("S3BackupConfiguration" if name == "S3BackupUpdate" else name): one for name, one in update.items()}


def _merged(before: Params, update: Params) -> dict[str, Any]:
    """API reference, UpdateDestination: parameters that are not specified keep their values."""
    nested = {
        name: {**before[name], **update[name]}
        for name in ("S3BackupConfiguration", "S3Configuration")
        if name in update and name in before
    }
    return {**before, **update, **nested}
