// A function is invoked; what it raises comes back as its error.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient();
const invoke = async (event) => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: "writer", Payload: JSON.stringify(event) }));
  return [answer.StatusCode, answer.FunctionError ?? null, JSON.parse(answer.Payload.transformToString())];
};
const missing = await lambda.send(new InvokeCommand({ FunctionName: "none" })).catch((error) => error);
const [status, error, { errorType }] = await invoke({});
console.log(JSON.stringify({ good: await invoke({ id: "javascript" }), bad: [status, error, errorType], missing: missing.name }));
