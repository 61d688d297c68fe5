"""S3: what its operations need (S3 user guide, "Required permissions for Amazon S3 API operations")."""

from collections.abc import Mapping
from urllib.parse import unquote

from bus.local.access.needs.need import ANYTHING, Call, Need
from bus.local.policies.request import ContextValue

# The actions that do not have the operation's name.
_CALLED = {
    "CompleteMultipartUpload": "PutObject",
    "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
}
# With a VersionId these are other actions.
_OF_A_VERSION = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
}
_KEYS = {
    "Prefix": "s3:prefix",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "ACL": "s3:x-amz-acl",
    "StorageClass": "s3:x-amz-storage-class",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "VersionId": "s3:VersionId",
    "CopySource": "s3:x-amz-copy-source",
}


class S3Rules:
    """S3's rules: a bucket, or an object of it."""

    prefix = "s3"

    def needs(self, call: Call) -> list[Need]:
        """A copy reads too; several deletions are one each; tags and access lists have actions of their own."""
        if call.operation == "DeleteObjects":
            return self._deletions(call)
        if call.operation in ("CopyObject", "UploadPartCopy"):
            return [self._source(call), *self._writing(call, "PutObject")]
        name = _CALLED.get(call.operation, call.operation)
        if call.params.get("VersionId"):
            name = _OF_A_VERSION.get(name, name)
        if call.operation in ("PutObject", "CreateMultipartUpload"):
            return self._writing(call, name)
        return [Need(f"s3:{name}", _resource(call), _keys(call))]

    def _writing(self, call: Call, name: str) -> list[Need]:
        resource, keys = _resource(call), _keys(call)
        names = [name]
        if call.params.get("Tagging") or call.params.get("TaggingDirective") == "REPLACE":
            names.append("PutObjectTagging")
        if call.params.get("ACL") or any(name.startswith("Grant") for name in call.params):
            names.append("PutObjectAcl")
        return [Need(f"s3:{each}", resource, keys) for each in names]

    def _deletions(self, call: Call) -> list[Need]:
        bucket = call.params["Bucket"]
        return [
            Need(f"s3:{'DeleteObjectVersion' if each.get('VersionId') else 'DeleteObject'}", _arn(bucket, each["Key"]))
            for each in (call.params.get("Delete") or {}).get("Objects") or ()
        ]

    def _source(self, call: Call) -> Need:
        source = call.params["CopySource"]
        if isinstance(source, Mapping):
            bucket, key, version = source["Bucket"], source["Key"], source.get("VersionId")
        else:
            path, _, version = unquote(str(source)).removeprefix("/").partition("?versionId=")
            bucket, _, key = path.partition("/")
        return Need(f"s3:{'GetObjectVersion' if version else 'GetObject'}", _arn(bucket, key))


def _resource(call: Call) -> str:
    bucket = call.params.get("Bucket")
    return ANYTHING if bucket is None else _arn(bucket, call.params.get("Key"))


def _arn(bucket: str, key: str | None) -> str:
    return f"arn:aws:s3:::{bucket}" if key is None else f"arn:aws:s3:::{bucket}/{key}"


def _keys(call: Call) -> Mapping[str, ContextValue]:
    """Service Authorization Reference, "Condition keys for Amazon S3".

    s3:prefix is there for every listing: without a prefix it is "".
    """
    keys: dict[str, ContextValue] = {
        key: str(call.params[name]) for name, key in _KEYS.items() if isinstance(call.params.get(name), str | int)
    }
    if call.operation.startswith("ListObject"):
        keys.setdefault("s3:prefix", "")
    return keys


S3 = S3Rules()
