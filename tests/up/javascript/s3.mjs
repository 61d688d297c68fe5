// An object is put and got, in whole and in part; what is listed and removed goes page by page.
import { Readable } from "node:stream";
import {
  CreateBucketCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";

const client = new S3Client();
const Bucket = "javascript";
await client.send(new CreateBucketCommand({ Bucket }));
for (const n of [1, 2, 3]) {
  await client.send(new PutObjectCommand({ Bucket, Key: `a b/${n}.txt`, Body: `text ${n}`, Metadata: { n: `${n}` } }));
}
// A stream goes out in chunks, with its checksum in a trailer.
const Body = Readable.from(["in ", "pieces"]);
await client.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 9 }));
const where = { Bucket, Key: "a b/2.txt" };
const got = await client.send(new GetObjectCommand(where));
const part = await client.send(new GetObjectCommand({ ...where, Range: "bytes=5-5" }));
const stream = await client.send(new GetObjectCommand({ Bucket, Key: "stream" }));
const head = await client.send(new HeadObjectCommand(where));
const missing = await client.send(new GetObjectCommand({ Bucket, Key: "none" })).catch((error) => error);
const keys = [];
for await (const { Contents } of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket })) {
  keys.push(Contents.map(({ Key }) => Key));
}
const Objects = keys.flat().map((Key) => ({ Key }));
const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
console.log(JSON.stringify({
  got: await got.Body.transformToString(),
  part: await part.Body.transformToString(),
  stream: await stream.Body.transformToString(),
  head: [head.ContentLength, head.Metadata],
  missing: missing.name,
  keys,
  deleted: Deleted.length,
}));
