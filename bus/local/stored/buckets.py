"""S3 buckets."""

import json

from bus.local.resources import UNENCRYPTED, Deployed, Resource, resource
from bus.local.stored.kept_by_moto import KeptByMoto

_NOT_REACHABLE = "nobody but this process reaches the local buckets"


class Buckets(KeptByMoto):
    """AWS::S3::Bucket and BucketPolicy."""

    @resource(
        "AWS::S3::Bucket",
        acts_on={"BucketName", "Tags", "VersioningConfiguration.Status"},
        inert={
            "BucketEncryption": UNENCRYPTED,
            "CorsConfiguration": "no browser reaches the local buckets",
            "LifecycleConfiguration": "the objects of a run live as long as the run",
            "OwnershipControls": "there is one account",
            "PublicAccessBlockConfiguration": _NOT_REACHABLE,
        },
    )
    def make_bucket(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("BucketName", wanted.name)
        self._ask(wanted, "s3", "create_bucket", Bucket=name)
        if "VersioningConfiguration" in properties:
            versioning = properties["VersioningConfiguration"]
            self._ask(wanted, "s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration=versioning)
        if tags := properties.get("Tags"):
            self._ask(wanted, "s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": tags})
        return Deployed(
            name,
            {
                "Arn": f"arn:aws:s3:::{name}",
                "DomainName": f"{name}.s3.amazonaws.com",
                "RegionalDomainName": f"{name}.s3.{self._plane.region}.amazonaws.com",
            },
        )

    @resource("AWS::S3::BucketPolicy", acts_on={"Bucket", "PolicyDocument"})
    def make_bucket_policy(self, wanted: Resource) -> Deployed:
        bucket, policy = wanted.properties["Bucket"], wanted.properties["PolicyDocument"]
        self._ask(wanted, "s3", "put_bucket_policy", Bucket=bucket, Policy=json.dumps(policy))
        return Deployed(wanted.name)
