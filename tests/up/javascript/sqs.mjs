// A batch goes through a queue; its attributes and its order of sending are kept.
import { randomUUID } from "node:crypto";
import {
  CreateQueueCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";

const sqs = new SQSClient();
const { QueueUrl } = await sqs.send(
  new CreateQueueCommand({ QueueName: "javascript.fifo", Attributes: { FifoQueue: "true" } }),
);
const Entries = ["one", "grüße", "three"].map((MessageBody, n) => ({
  Id: `${n}`,
  MessageBody,
  MessageGroupId: "group",
  MessageDeduplicationId: randomUUID(),
  MessageAttributes: { raw: { DataType: "Binary", BinaryValue: Uint8Array.from([n, 255]) } },
}));
const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
const { Messages } = await sqs.send(
  new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
);
const deleted = await sqs.send(
  new DeleteMessageBatchCommand({
    QueueUrl,
    Entries: Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle })),
  }),
);
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
);
console.log(JSON.stringify({
  sent: sent.Successful.length,
  bodies: Messages.map(({ Body }) => Body),
  attributes: Messages.map(({ MessageAttributes }) => [...MessageAttributes.raw.BinaryValue]),
  deleted: deleted.Successful.length,
  left: Attributes.ApproximateNumberOfMessagesNotVisible,
}));
