// A transaction that is refused says for each of its items why; a query goes page by page.
import {
  CreateTableCommand, DynamoDBClient, TransactWriteItemsCommand, paginateQuery, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient();
const TableName = "javascript";
await client.send(new CreateTableCommand({
  TableName,
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }, { AttributeName: "n", AttributeType: "N" }],
  BillingMode: "PAY_PER_REQUEST",
}));
const waited = await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName });
const put = (n, more) => ({ Put: { TableName, Item: { id: { S: "a" }, n: { N: `${n}` }, raw: { B: Uint8Array.of(n) } }, ...more } });
await client.send(new TransactWriteItemsCommand({ TransactItems: [1, 2, 3, 4, 5].map((n) => put(n)) }));
const refused = await client
  .send(new TransactWriteItemsCommand({
    TransactItems: [put(6), put(5, { ConditionExpression: "attribute_not_exists(id)" })],
  }))
  .catch((error) => error);
const query = { TableName, KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "a" } } };
const pages = [];
for await (const { Items } of paginateQuery({ client, pageSize: 2 }, query)) {
  pages.push(Items.map(({ n, raw }) => [n.N, raw.B[0]]));
}
console.log(JSON.stringify({
  waited: waited.state,
  refused: refused.name,
  reasons: refused.CancellationReasons.map(({ Code }) => Code),
  pages,
}));
