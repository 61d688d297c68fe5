"""S3 buckets."""

import json

from bus.local.resources import UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates
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
        replaced_by={"BucketName"},
    )
    def make_bucket(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        name = properties.get("BucketName", wanted.name)
        self._ask("s3", "create_bucket", Bucket=name)
        self._set_up(wanted, name)
        return Deployed(
            name,
            {
                "Arn": f"arn:aws:s3:::{name}",
                "DomainName": f"{name}.s3.amazonaws.com",
                "RegionalDomainName": f"{name}.s3.{self._plane.region}.amazonaws.com",
            },
        )

    @updates("AWS::S3::Bucket")
    def update_bucket(self, wanted: Resource, made: Made) -> Deployed:
        if "VersioningConfiguration" in made.properties and "VersioningConfiguration" not in wanted.properties:
            suspended = {"Status": "Suspended"}
            self._ask("s3", "put_bucket_versioning", Bucket=made.ref, VersioningConfiguration=suspended)
        self._ask("s3", "delete_bucket_tagging", Bucket=made.ref)
        self._set_up(wanted, made.ref)
        return made.deployed

    @removes("AWS::S3::Bucket")
    def remove_bucket(self, made: Made) -> None:
        """As CloudFormation, this fails for a bucket that is not empty."""
        self._ask("s3", "delete_bucket", Bucket=made.ref)

    def _set_up(self, wanted: Resource, name: str) -> None:
        if versioning := wanted.properties.get("VersioningConfiguration"):
            self._ask("s3", "put_bucket_versioning", Bucket=name, VersioningConfiguration=versioning)
        if tags := wanted.properties.get("Tags"):
            self._ask("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": tags})

    @resource("AWS::S3::BucketPolicy", acts_on={"Bucket", "PolicyDocument"}, replaced_by={"Bucket"})
    def make_bucket_policy(self, wanted: Resource) -> Deployed:
        bucket, policy = wanted.properties["Bucket"], wanted.properties["PolicyDocument"]
        self._ask("s3", "put_bucket_policy", Bucket=bucket, Policy=json.dumps(policy))
        return Deployed(wanted.name)

    @updates("AWS::S3::BucketPolicy")
    def update_bucket_policy(self, wanted: Resource, made: Made) -> Deployed:
        self.make_bucket_policy(wanted)
        return made.deployed

    @removes("AWS::S3::BucketPolicy")
    def remove_bucket_policy(self, made: Made) -> None:
        self._ask("s3", "delete_bucket_policy", Bucket=made.properties["Bucket"])
