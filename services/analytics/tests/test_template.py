"""What the deployed template says, where a mistake would lose events or money."""

from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
MINUTE = 60


class _Loader(yaml.SafeLoader):
    """CloudFormation's short functions read as their arguments."""


_Loader.add_multi_constructor("!", lambda loader, _suffix, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


RESOURCES: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)["Resources"]  # noqa: S506 - a SafeLoader


def properties(name: str) -> Any:
    return RESOURCES[name]["Properties"]


def test_every_event_of_every_service_reaches_the_stream() -> None:
    assert properties("EverythingRule")["EventPattern"] == {"source": [{"prefix": "omnibus."}]}


def test_an_event_is_in_its_table_within_a_minute() -> None:
    iceberg = properties("Delivery")["IcebergDestinationConfiguration"]
    [processor] = iceberg["ProcessingConfiguration"]["Processors"]
    parameters = {item["ParameterName"]: item["ParameterValue"] for item in processor["Parameters"]}

    assert iceberg["BufferingHints"]["IntervalInSeconds"] + int(parameters["BufferIntervalInSeconds"]) < MINUTE


def test_what_the_rule_cannot_put_is_kept() -> None:
    [target] = properties("EverythingRule")["Targets"]

    assert target["DeadLetterConfig"]["Arn"] == "RuleDeadLetters.Arn"


def test_the_lake_outlives_its_stack_and_is_closed() -> None:
    assert RESOURCES["Bucket"]["DeletionPolicy"] == "Retain"
    assert set(properties("Bucket")["PublicAccessBlockConfiguration"].values()) == {True}


def test_no_query_scans_without_bound_or_writes_elsewhere() -> None:
    configuration = properties("Workgroup")["WorkGroupConfiguration"]

    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] > 0


def test_the_transform_may_read_claim_checks_and_write_the_rejected_and_nothing_else() -> None:
    [policy] = properties("TransformFunction")["Policies"]

    allowed = {(statement["Action"], statement["Resource"].rpartition("}")[2]) for statement in policy["Statement"]}
    assert allowed == {("s3:GetObject", "/*"), ("s3:PutObject", "/errors/rejected/*")}


def test_records_that_are_no_rows_are_not_kept_for_ever() -> None:
    rules = properties("Bucket")["LifecycleConfiguration"]["Rules"]

    assert {rule["Prefix"] for rule in rules} == {"results/", "errors/"}
