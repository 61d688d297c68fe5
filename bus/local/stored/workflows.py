"""Step Functions' state machines and Secrets Manager's secrets, kept."""

import json
from collections.abc import Mapping
from typing import Any

from bus.local.resources import LABEL, LOGGED, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates
from bus.local.stored.kept_by_moto import KeptByMoto


class Workflows(KeptByMoto):
    """AWS::StepFunctions::StateMachine and AWS::SecretsManager::Secret.

    An execution that is started is kept with its input (DescribeExecution, ListExecutions); its states are not run.
    """

    @resource(
        "AWS::StepFunctions::StateMachine",
        acts_on={
            "Definition",
            "DefinitionString",
            "DefinitionSubstitutions",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
        },
        inert={
            "EncryptionConfiguration": UNENCRYPTED,
            "LoggingConfiguration": LOGGED,
            "TracingConfiguration": LOGGED,
        },
        replaced_by={"StateMachineName", "StateMachineType"},
    )
    def make_state_machine(self, wanted: Resource) -> Deployed:
        """Ref is the ARN."""
        name = wanted.properties.get("StateMachineName", wanted.name)
        tags = [{"key": key, "value": value} for key, value in wanted.tags.items()]
        made = self._ask(
            "stepfunctions",
            "create_state_machine",
            name=name,
            definition=_definition(wanted.properties),
            roleArn=wanted.properties["RoleArn"],
            type=wanted.properties.get("StateMachineType"),
            tags=tags or None,
        )
        arn = made["stateMachineArn"]
        return Deployed(arn, {"Arn": arn, "Name": name, "StateMachineRevisionId": "INITIAL"})

    @updates("AWS::StepFunctions::StateMachine")
    def update_state_machine(self, wanted: Resource, made: Made) -> Deployed:
        properties = wanted.properties
        self._ask(
            "stepfunctions",
            "update_state_machine",
            stateMachineArn=made.ref,
            definition=_definition(properties),
            roleArn=properties["RoleArn"],
        )
        gone = [tag for tag in made.wanted.tags if tag not in wanted.tags]
        self._ask("stepfunctions", "untag_resource", resourceArn=made.ref, tagKeys=gone)
        tags = [{"key": key, "value": value} for key, value in wanted.tags.items()]
        self._ask("stepfunctions", "tag_resource", resourceArn=made.ref, tags=tags)
        return made.deployed

    @removes("AWS::StepFunctions::StateMachine")
    def remove_state_machine(self, made: Made) -> None:
        self._ask("stepfunctions", "delete_state_machine", stateMachineArn=made.ref)

    @resource(
        "AWS::SecretsManager::Secret",
        acts_on={"Description", "GenerateSecretString", "Name", "SecretString", "Tags"},
        inert={"KmsKeyId": UNENCRYPTED, "Type": LABEL},
        replaced_by={"Name"},
    )
    def make_secret(self, wanted: Resource) -> Deployed:
        """Ref is the ARN."""
        made = self._ask(
            "secretsmanager",
            "create_secret",
            Name=wanted.properties.get("Name", wanted.name),
            Description=wanted.properties.get("Description"),
            SecretString=self._secret(wanted),
            Tags=wanted.properties.get("Tags"),
        )
        return Deployed(made["ARN"], {"Id": made["ARN"]})

    @updates("AWS::SecretsManager::Secret")
    def update_secret(self, wanted: Resource, made: Made) -> Deployed:
        """A secret that was generated stays, unless it is to be generated in another way."""
        generated = wanted.properties.get("GenerateSecretString")
        same = generated is not None and generated == made.properties.get("GenerateSecretString")
        self._ask(
            "secretsmanager",
            "update_secret",
            SecretId=made.ref,
            Description=wanted.properties.get("Description", ""),
            SecretString=None if same else self._secret(wanted),
        )
        return made.deployed

    @removes("AWS::SecretsManager::Secret")
    def remove_secret(self, made: Made) -> None:
        self._ask("secretsmanager", "delete_secret", SecretId=made.ref, ForceDeleteWithoutRecovery=True)

    def _secret(self, wanted: Resource) -> str:
        """The secret as it is given, or a random one (Secrets Manager API reference, GetRandomPassword)."""
        generate: Mapping[str, Any] | None = wanted.properties.get("GenerateSecretString")
        if generate is None:
            return str(wanted.properties.get("SecretString", ""))
        options = {key: value for key, value in generate.items() if key not in {"SecretStringTemplate", _KEY}}
        password = self._ask("secretsmanager", "get_random_password", **options)["RandomPassword"]
        if _KEY not in generate:
            return str(password)
        return json.dumps({**json.loads(generate["SecretStringTemplate"]), generate[_KEY]: password})


_KEY = "GenerateStringKey"


def _definition(properties: Mapping[str, Any]) -> str:
    """The state machine in the states language, with its ${substitutions} done."""
    text = properties.get("DefinitionString") or json.dumps(properties.get("Definition", {}))
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    return str(text)
