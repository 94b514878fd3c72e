// SPDX-License-Identifier: BSD-2-Clause
// An MCP server on a loopback port: node server.mjs [HOST]
// HOST: one more name that requests may be for.
// Its first line of output is its port; it ends when its input does.
//
// POST /mcp speaks both wires: SDK 1.x with sessions, server 2.x without.
// POST /go, which no proxy leads to, lets the tool "steps" take its next one.
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { completable as oldCompletable } from
  "@modelcontextprotocol/sdk/server/completable.js";
import { McpServer as OldServer, ResourceTemplate as OldTemplate } from
  "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from
  "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CreateMessageResultSchema, ElicitResultSchema, isInitializeRequest }
  from "@modelcontextprotocol/sdk/types.js";
import { hostHeaderValidation, localhostOriginValidation, toNodeHandler,
  toWebRequest } from "@modelcontextprotocol/node";
import { McpServer, ResourceTemplate, completable, createMcpHandler,
  isLegacyRequest } from "@modelcontextprotocol/server";
import { z } from "zod";
import { conform } from "./conform.mjs";

const about = { name: "authchain-test", version: "1.0.0" };
const answers = { "sampling/createMessage": CreateMessageResultSchema,
  "elicitation/create": ElicitResultSchema };
const oldParts = { Template: OldTemplate, completable: oldCompletable,
  ask: (extra) => (method, params) =>
    extra.sendRequest({ method, params }, answers[method]) };
const parts = { Template: ResourceTemplate, completable };
const going = new EventEmitter();

// What the two packages call by different names.
const sayer = (extra) => extra.mcpReq
  ? (method, params) => extra.mcpReq.notify({ method, params })
  : (method, params) => extra.sendNotification({ method, params });
const tokenOf = (extra) => (extra.mcpReq ?? extra)._meta?.progressToken;
const fieldsOf = (extra) => Object.fromEntries(
  extra.http ? [...extra.http.req.headers]
    : Object.entries(extra.requestInfo.headers));

const text = (words) => ({ content: [{ type: "text", text: words }] });

function fill(server, parts) {
  const tool = (name, description, shape, run) => server.registerTool(
    name, { description, inputSchema: z.object(shape) }, run);
  tool("add", "The sum", { a: z.number(), b: z.number() },
    ({ a, b }) => text(String(a + b)));
  tool("whoami", "What the proxy said of the caller", {}, (_, extra) =>
    text(JSON.stringify(fieldsOf(extra))));
  tool("delete_all", "What few may do", {}, () => text("deleted"));
  tool("steps", "Three steps, each when it is told", {}, async (_, extra) => {
    for (const progress of [1, 2, 3]) {
      const told = once(going, "go");
      await sayer(extra)("notifications/progress",
        { progressToken: tokenOf(extra), progress, total: 3 });
      await told;
    }
    return text("done");
  });
  conform({ server, tool, text, sayer, tokenOf, ...parts });
  return server;
}

const options = { capabilities: { logging: {}, completions: {} } };
const sessions = new Map();

async function old(req, res, body) {
  let transport = sessions.get(req.headers["mcp-session-id"]);
  if (!transport && req.headers["mcp-session-id"]) {
    res.writeHead(404).end();
    return;
  }
  if (!transport && isInitializeRequest(body)) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => sessions.set(id, transport),
      onsessionclosed: (id) => sessions.delete(id),
    });
    await fill(new OldServer(about, options), oldParts).connect(transport);
  }
  if (transport)
    await transport.handleRequest(req, res, body);
  else
    res.writeHead(400).end();
}

const modern = toNodeHandler(createMcpHandler(
  () => fill(new McpServer(about, options), parts), { legacy: "reject" }));
const guards = [
  hostHeaderValidation(["localhost", "127.0.0.1", ...process.argv.slice(2)]),
  localhostOriginValidation(),
];

async function read(req) {
  const pieces = [];
  for await (const piece of req)
    pieces.push(piece);
  try {
    return JSON.parse(Buffer.concat(pieces));
  } catch {
    return undefined;
  }
}

const server = createServer(async (req, res) => {
  if (req.url === "/go") {
    going.emit("go");
    res.end();
    return;
  }
  if (!guards.every((guard) => guard(req, res)))
    return;
  const body = await read(req);
  const legacy = await isLegacyRequest(await toWebRequest(req, body),
    body);
  await (legacy ? old : modern)(req, res, body);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit(0));
