// The npm package `openai` as its users write it; what it saw is written as one JSON object.
import OpenAI from "openai";

const client = new OpenAI(); // OPENAI_BASE_URL, OPENAI_API_KEY
const messages = [{ role: "user", content: "What is the capital of France?" }];
const tool = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};

async function whole() {
  const { data, response } = await client.chat.completions.create({ model: "auto", messages }).withResponse();
  return { text: data.choices[0].message.content, requestId: response.headers.get("x-signalbox-request-id") };
}

async function streamed() {
  const { data, response } = await client.chat.completions
    .create({ model: "mid", messages, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let text = "";
  let usage = null;
  for await (const chunk of data) {
    text += chunk.choices[0]?.delta?.content ?? "";
    usage = chunk.usage ?? usage;
  }
  return { text, tokens: usage.total_tokens, requestId: response.headers.get("x-signalbox-request-id") };
}

async function called() {
  const answer = await client.chat.completions.create({ model: "cheap", messages, tools: [tool], tool_choice: "required" });
  const { name, arguments: given } = answer.choices[0].message.tool_calls[0].function;
  return { name, given: JSON.parse(given) };
}

async function refused(model, apiKey) {
  try {
    await client.withOptions({ apiKey }).chat.completions.create({ model, messages });
  } catch (error) {
    return { kind: error.constructor.name, status: error.status, code: error.code, param: error.param };
  }
}

async function models() {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  return names;
}

console.log(
  JSON.stringify({
    whole: await whole(),
    streamed: await streamed(),
    called: await called(),
    models: await models(),
    unknownModel: await refused("gpt-4o", client.apiKey),
    unknownKey: await refused("auto", "sbx-unknown"),
  }),
);
