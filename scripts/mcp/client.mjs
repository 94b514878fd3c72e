// SPDX-License-Identifier: BSD-2-Clause
// The official MCP client: node client.mjs URL < TOKEN
// Prints what it found behind the URL.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from
  "@modelcontextprotocol/sdk/client/streamableHttp.js";

const token = readFileSync(0, "utf8").trim();
const client = new Client({ name: "demo-client", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(
  new URL(process.argv[2]),
  { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));
const { tools } = await client.listTools();
const { content } = await client.callTool({ name: "whoami" });
const names = tools.map(({ name }) => name).join(", ");
console.log(`server ${client.getServerVersion().name}, tools ${names}; ` +
  `whoami: ${content[0].text}`);
await client.close();
