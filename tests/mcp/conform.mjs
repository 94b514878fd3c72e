// SPDX-License-Identifier: BSD-2-Clause
// What the conformance suite calls, so that much of it passes.
import { z } from "zod";

const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q" +
  "DwADhgGAWjR9awAAAABJRU5ErkJggg==";
const silence = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";
const image = { type: "image", data: dot, mimeType: "image/png" };
const audio = { type: "audio", data: silence, mimeType: "audio/wav" };
const words = (text) => ({ type: "text", text });
const embedded = (uri, mimeType, text) =>
  ({ type: "resource", resource: { uri, mimeType, text } });
const asked = (...contents) => ({
  messages: contents.map((content) => ({ role: "user", content })),
});

function tools({ tool, text, sayer, tokenOf }) {
  tool("test_simple_text", "Text", {},
    () => text("This is a simple text response for testing."));
  tool("test_image_content", "An image", {}, () => ({ content: [image] }));
  tool("test_audio_content", "A sound", {}, () => ({ content: [audio] }));
  tool("test_embedded_resource", "A resource", {}, () => ({ content: [
    embedded("test://embedded-resource", "text/plain",
      "This is an embedded resource content.")] }));
  tool("test_multiple_content_types", "Several", {}, () => ({ content: [
    words("Multiple content types test:"), image,
    embedded("test://mixed-content-resource", "application/json",
      '{"test":"data","value":123}')] }));
  tool("test_error_handling", "An error", {}, () => ({ isError: true,
    ...text("This tool intentionally returns an error for testing") }));
  tool("test_tool_with_progress", "Progress", {}, async (_, extra) => {
    const progressToken = tokenOf(extra);
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await sayer(extra)("notifications/progress",
          { progressToken, progress, total: 100 });
    }
    return text("done");
  });
  tool("test_tool_with_logging", "Logging", {}, async (_, extra) => {
    for (const data of ["Tool execution started", "Tool processing data",
      "Tool execution completed"])
      await sayer(extra)("notifications/message", { level: "info", data });
    return text("done");
  });
}

// What only the older wire has: the server asks the client in between.
function questions({ tool, text, ask }) {
  tool("test_sampling", "Asks a model", { prompt: z.string() },
    async ({ prompt }, extra) => {
      const { content } = await ask(extra)("sampling/createMessage", {
        messages: [{ role: "user", content: words(prompt) }],
        maxTokens: 100 });
      return text(`LLM response: ${content.text}`);
    });
  tool("test_elicitation", "Asks the user", { message: z.string() },
    async ({ message }, extra) => {
      const { action, content } = await ask(extra)("elicitation/create", {
        message, requestedSchema: { type: "object",
          properties: { username: { type: "string" },
            email: { type: "string" } },
          required: ["username", "email"] } });
      return text(`User response: ${action}, ${JSON.stringify(content)}`);
    });
}

function resources({ server, Template }) {
  server.registerResource("text", "test://static-text",
    { description: "Text", mimeType: "text/plain" }, (uri) => ({ contents: [{
      uri: uri.href, mimeType: "text/plain",
      text: "This is the content of the static text resource." }] }));
  server.registerResource("binary", "test://static-binary",
    { description: "An image", mimeType: "image/png" }, (uri) => ({
      contents: [{ uri: uri.href, mimeType: "image/png", blob: dot }] }));
  server.registerResource("template",
    new Template("test://template/{id}/data", { list: undefined }),
    { description: "By id", mimeType: "application/json" },
    (uri, { id }) => ({ contents: [{ uri: uri.href,
      mimeType: "application/json",
      text: JSON.stringify({ id, templateTest: true,
        data: `Data for ID: ${id}` }) }] }));
}

function prompts({ server, completable }) {
  server.registerPrompt("test_simple_prompt", { description: "Simple" },
    () => asked(words("This is a simple prompt for testing.")));
  server.registerPrompt("test_prompt_with_arguments", { description: "Two",
    argsSchema: {
      arg1: completable(z.string(), (value) =>
        ["paris", "park", "party"].filter((word) => word.startsWith(value))),
      arg2: z.string() } },
  ({ arg1, arg2 }) => asked(words(
    `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)));
  server.registerPrompt("test_prompt_with_embedded_resource", {
    description: "A resource",
    argsSchema: { resourceUri: z.string() } },
  ({ resourceUri }) => asked(
    embedded(resourceUri, "text/plain", "Embedded resource content."),
    words("Please process the embedded resource above.")));
  server.registerPrompt("test_prompt_with_image", { description: "An image" },
    () => asked(image, words("Please analyze the image above.")));
}

export function conform(parts) {
  tools(parts);
  if (parts.ask)
    questions(parts);
  resources(parts);
  prompts(parts);
}
