"""What each service says of its dead letters: from lists, and of each thing by itself where lists leave it out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bus.operating.account import Account
from bus.operating.dead_letters.source import Source
from bus.operating.names import short

Attributes = Mapping[str, Any]


def queues(attributes: Mapping[str, Attributes]) -> Iterator[Source]:
    """Queues with a redrive policy, of the attributes of all by ARN."""
    for arn, of_queue in attributes.items():
        if policy := of_queue.get("RedrivePolicy"):
            yield Source("queue", arn, json.loads(policy)["deadLetterTargetArn"], of_queue)


def buses(account: Account) -> Iterator[Source]:
    """Buses that keep what they cannot encrypt or decrypt."""
    names = [each["Name"] for each in account.pages("events", "list_event_buses", "EventBuses")]
    for bus in account.each(lambda name: account.client("events").describe_event_bus(Name=name), names):
        if queue := bus.get("DeadLetterConfig", {}).get("Arn"):
            yield Source("bus", bus["Arn"], queue, bus)


def rules(account: Account) -> Iterator[Source]:
    """A source for each target that has a dead-letter queue; it has the rule's ARN."""
    names = [each["Name"] for each in account.pages("events", "list_event_buses", "EventBuses")]
    listed = account.each(lambda bus: account.pages("events", "list_rules", "Rules", EventBusName=bus), names)
    all_rules = [rule for of_bus in listed for rule in of_bus]
    for rule, targets in zip(all_rules, account.each(lambda rule: targets_of(account, rule), all_rules), strict=True):
        for target in targets:
            if queue := target.get("DeadLetterConfig", {}).get("Arn"):
                yield Source("rule", rule["Arn"], queue, target)


def targets_of(account: Account, rule: Mapping[str, Any]) -> list[Any]:
    """The targets of a rule as ListRules has it."""
    bus = rule.get("EventBusName", "default")
    return account.pages("events", "list_targets_by_rule", "Targets", Rule=rule["Name"], EventBusName=bus)


def subscriptions(account: Account) -> Iterator[Source]:
    """Confirmed subscriptions with a redrive policy."""
    arns = [each["SubscriptionArn"] for each in account.pages("sns", "list_subscriptions", "Subscriptions")]
    confirmed = [arn for arn in arns if arn.startswith("arn:")]  # else "PendingConfirmation" or "Deleted"
    sns = account.client("sns")
    for answer in account.each(lambda arn: sns.get_subscription_attributes(SubscriptionArn=arn), confirmed):
        attributes = answer["Attributes"]
        if policy := attributes.get("RedrivePolicy"):
            queue = json.loads(policy)["deadLetterTargetArn"]
            yield Source("subscription", attributes["SubscriptionArn"], queue, attributes)


def pipes(account: Account) -> Iterator[Source]:
    """Pipes; one from a queue sends its dead letters nowhere, the queue does."""
    names = [each["Name"] for each in account.pages("pipes", "list_pipes", "Pipes")]
    for pipe in account.each(lambda name: account.client("pipes").describe_pipe(Name=name), names):
        configs = [parameters.get("DeadLetterConfig", {}) for parameters in pipe.get("SourceParameters", {}).values()]
        yield Source("pipe", pipe["Arn"], next((config["Arn"] for config in configs if config), ""), pipe)


def schedules(account: Account) -> Iterator[Source]:
    """Schedules of EventBridge Scheduler."""
    for schedule in described_schedules(account):
        if queue := schedule["Target"].get("DeadLetterConfig", {}).get("Arn"):
            yield Source("schedule", schedule["Arn"], queue, schedule)


def described_schedules(account: Account) -> list[Any]:
    """Every schedule, as GetSchedule has it: lists say neither when one is due nor where its dead letters go."""
    listed = account.pages("scheduler", "list_schedules", "Schedules")
    scheduler = account.client("scheduler")
    return account.each(lambda one: scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"]), listed)


def functions(account: Account) -> Iterator[Source]:
    """Functions with a dead-letter queue or an on-failure destination for what is invoked asynchronously."""
    listed = account.pages("lambda", "list_functions", "Functions")
    for function in listed:
        if queue := function.get("DeadLetterConfig", {}).get("TargetArn"):
            yield Source("function", function["FunctionArn"], queue, function)
    configs = account.each(lambda function: _invoke_configs(account, function), listed)
    for config in (config for of_function in configs for config in of_function):
        if queue := config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield Source("function", config["FunctionArn"], queue, config)


def _invoke_configs(account: Account, function: Mapping[str, Any]) -> list[Any]:
    name = function["FunctionName"]
    listed = account.pages(
        "lambda", "list_function_event_invoke_configs", "FunctionEventInvokeConfigs", FunctionName=name
    )
    # It names $LATEST where nobody asked for a version.
    return [{**config, "FunctionArn": config["FunctionArn"].removesuffix(":$LATEST")} for config in listed]


def mappings(account: Account) -> Iterator[Source]:
    """Event source mappings; those of queues send their dead letters nowhere, the queue does."""
    for mapping in account.pages("lambda", "list_event_source_mappings", "EventSourceMappings"):
        queue = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
        yield Source("mapping", mapping.get("EventSourceMappingArn", mapping["UUID"]), queue, mapping)


def readers(sources: Iterable[Source]) -> dict[str, list[str]]:
    """What polls a queue or stream, by its ARN: the names of functions and pipes."""
    found: dict[str, list[str]] = {}
    for source in sources:
        if source.kind == "mapping":
            found.setdefault(source.settings["EventSourceArn"], []).append(short(source.settings["FunctionArn"]))
        elif source.kind == "pipe":
            found.setdefault(source.settings["Source"], []).append(f"pipe {source.name}")
    return found
