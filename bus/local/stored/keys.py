"""KMS keys and their aliases. Whatever names one is encrypted nowhere: memory is all there is."""

import json

from bus.local.resources import Deployed, Resource, resource
from bus.local.stored.kept_by_moto import KeptByMoto


class Keys(KeptByMoto):
    """AWS::KMS::Key and Alias."""

    @resource(
        "AWS::KMS::Key",
        acts_on={"Description", "EnableKeyRotation", "KeyPolicy", "KeySpec", "KeyUsage", "MultiRegion", "Tags"},
        inert={"PendingWindowInDays": "no key is deleted while a run lasts"},
    )
    def make_key(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]
        made = self._ask(
            wanted,
            "kms",
            "create_key",
            Description=properties.get("Description"),
            KeySpec=properties.get("KeySpec"),
            KeyUsage=properties.get("KeyUsage"),
            MultiRegion=properties.get("MultiRegion"),
            Policy=json.dumps(properties["KeyPolicy"]) if "KeyPolicy" in properties else None,
            Tags=tags or None,
        )["KeyMetadata"]
        if properties.get("EnableKeyRotation"):
            self._ask(wanted, "kms", "enable_key_rotation", KeyId=made["KeyId"])
        return Deployed(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})

    @resource("AWS::KMS::Alias", acts_on={"AliasName", "TargetKeyId"})
    def make_alias(self, wanted: Resource) -> Deployed:
        name, key = wanted.properties["AliasName"], wanted.properties["TargetKeyId"]
        self._ask(wanted, "kms", "create_alias", AliasName=name, TargetKeyId=key.rpartition("/")[2])
        return Deployed(name)
