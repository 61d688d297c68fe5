// Records are put, and read by an iterator; the SDK speaks CBOR with this service, over HTTP/2 if it is let.
import {
  CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";

const client = new KinesisClient();
const StreamName = "javascript";
await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
const waited = await waitUntilStreamExists({ client, maxWaitTime: 20, minDelay: 1 }, { StreamName });
const Records = [0, 255].map((byte) => ({ Data: Uint8Array.of(byte), PartitionKey: "k" }));
const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
const { ShardIterator } = await client.send(new GetShardIteratorCommand({
  StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(0),
}));
const got = await client.send(new GetRecordsCommand({ ShardIterator }));
console.log(JSON.stringify({
  waited: waited.state,
  failed: put.FailedRecordCount,
  got: got.Records.map(({ Data }) => [...Data]),
  age: Date.now() - got.Records[0].ApproximateArrivalTimestamp < 60_000,
}));
