// A topic is made, subscribed to and published to; a batch says of each entry what became of it.
import {
  CreateTopicCommand, GetTopicAttributesCommand, PublishBatchCommand, PublishCommand, SNSClient, SubscribeCommand,
} from "@aws-sdk/client-sns";

const sns = new SNSClient();
const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "javascript" }));
const Endpoint = "arn:aws:sqs:us-east-1:123456789012:work";
const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
const published = await sns.send(new PublishCommand({
  TopicArn, Message: "grüße", MessageAttributes: { kind: { DataType: "String", StringValue: "parcel" } },
}));
const batch = await sns.send(new PublishBatchCommand({
  TopicArn, PublishBatchRequestEntries: [{ Id: "good", Message: "x" }, { Id: "bad", Message: "" }],
}));
const missing = await sns.send(new PublishCommand({ TopicArn: `${TopicArn}-none`, Message: "x" })).catch((e) => e);
console.log(JSON.stringify({
  subscribed: SubscriptionArn.startsWith(`${TopicArn}:`),
  subscriptions: Attributes.SubscriptionsConfirmed,
  published: published.MessageId.length,
  batch: [batch.Successful.map(({ Id }) => Id), batch.Failed.map(({ Id }) => Id)],
  missing: missing.name,
}));
