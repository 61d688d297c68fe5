"""KMS keys and their aliases. Whatever names one is encrypted nowhere: memory is all there is."""

import json

from bus.local.resources import Deployed, Made, Resource, removes, resource, updates
from bus.local.stored.kept_by_moto import KeptByMoto


class Keys(KeptByMoto):
    """AWS::KMS::Key and Alias."""

    @resource(
        "AWS::KMS::Key",
        acts_on={"Description", "EnableKeyRotation", "KeyPolicy", "KeySpec", "KeyUsage", "MultiRegion", "Tags"},
        inert={"PendingWindowInDays": "a key that is to be deleted is of no more use from then on"},
    )
    def make_key(self, wanted: Resource) -> Deployed:
        properties = wanted.properties
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]
        made = self._ask(
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
            self._ask("kms", "enable_key_rotation", KeyId=made["KeyId"])
        return Deployed(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})

    @updates("AWS::KMS::Key")
    def update_key(self, wanted: Resource, made: Made) -> Deployed:
        """What a key is for, and what it is, cannot be changed (KMS API reference, UpdateKeyDescription)."""
        properties, key = wanted.properties, made.ref
        for name in ("KeySpec", "KeyUsage", "MultiRegion"):
            if properties.get(name) != made.properties.get(name):
                raise wanted.unsupported(f"changing {name} of a key", name)
        self._ask("kms", "update_key_description", KeyId=key, Description=properties.get("Description", ""))
        if "KeyPolicy" in properties:
            policy = json.dumps(properties["KeyPolicy"])
            self._ask("kms", "put_key_policy", KeyId=key, PolicyName="default", Policy=policy)
        rotation = "enable_key_rotation" if properties.get("EnableKeyRotation") else "disable_key_rotation"
        self._ask("kms", rotation, KeyId=key)
        gone = [tag for tag in made.wanted.tags if tag not in wanted.tags]
        self._ask("kms", "untag_resource", KeyId=key, TagKeys=gone)
        tags = [{"TagKey": name, "TagValue": value} for name, value in wanted.tags.items()]
        self._ask("kms", "tag_resource", KeyId=key, Tags=tags)
        return made.deployed

    @removes("AWS::KMS::Key")
    def remove_key(self, made: Made) -> None:
        days = int(made.properties.get("PendingWindowInDays", 30))
        self._ask("kms", "schedule_key_deletion", KeyId=made.ref, PendingWindowInDays=days)

    @resource("AWS::KMS::Alias", acts_on={"AliasName", "TargetKeyId"}, replaced_by={"AliasName"})
    def make_alias(self, wanted: Resource) -> Deployed:
        name, key = wanted.properties["AliasName"], wanted.properties["TargetKeyId"]
        self._ask("kms", "create_alias", AliasName=name, TargetKeyId=key.rpartition("/")[2])
        return Deployed(name)

    @updates("AWS::KMS::Alias")
    def update_alias(self, wanted: Resource, made: Made) -> Deployed:
        key = wanted.properties["TargetKeyId"].rpartition("/")[2]
        self._ask("kms", "update_alias", AliasName=made.ref, TargetKeyId=key)
        return made.deployed

    @removes("AWS::KMS::Alias")
    def remove_alias(self, made: Made) -> None:
        self._ask("kms", "delete_alias", AliasName=made.ref)
