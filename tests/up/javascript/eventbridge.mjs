// A rule is made and found; of two events that are put, one is refused.
import { DescribeRuleCommand, EventBridgeClient, PutEventsCommand, PutRuleCommand } from "@aws-sdk/client-eventbridge";

const events = new EventBridgeClient();
const EventPattern = JSON.stringify({ source: [{ prefix: "case." }] });
const { RuleArn } = await events.send(new PutRuleCommand({ Name: "javascript", EventBusName: "small", EventPattern }));
const rule = await events.send(new DescribeRuleCommand({ Name: "javascript", EventBusName: "small" }));
const entry = { EventBusName: "small", Source: "case", DetailType: "Case", Time: new Date() };
const put = await events.send(
  new PutEventsCommand({ Entries: [{ ...entry, Detail: '{"n": 1}' }, { ...entry, Detail: "no JSON" }] }),
);
console.log(JSON.stringify({
  arns: RuleArn === rule.Arn,
  state: rule.State,
  pattern: rule.EventPattern === EventPattern,
  failed: put.FailedEntryCount,
  ids: put.Entries[0].EventId.length,
  error: put.Entries[1].ErrorCode,
}));
