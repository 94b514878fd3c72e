// SPDX-License-Identifier: BSD-2-Clause
// A small MCP server that knows nothing of tokens: node server.mjs
// It serves /mcp on a loopback port, its first line of output.  The proxy in
// front says who calls.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from
  "@modelcontextprotocol/sdk/server/streamableHttp.js";

function answerer() {
  const server = new McpServer({ name: "demo", version: "1.0.0" });
  server.registerTool("whoami", { description: "Who calls" }, (extra) => {
    const { headers } = extra.requestInfo;
    const by = headers["x-auth-method"];
    return { content: [{ type: "text",
      text: `${headers["x-auth-subject"]}, says ${by}` }] };
  });
  return server;
}

const server = createServer(async (req, res) => {
  if (req.url !== "/mcp" || req.method !== "POST") {
    res.writeHead(req.url === "/mcp" ? 405 : 404).end();
    return;
  }
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined, enableJsonResponse: true });
  await answerer().connect(transport);
  await transport.handleRequest(req, res);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
