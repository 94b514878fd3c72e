// SPDX-License-Identifier: BSD-2-Clause
// An MCP client that knows one URL: node client.mjs KIND URL [CLIENT-ID]
// KIND is 1 (SDK 1.x), 2 (client 2.x, which finds out that the server speaks
// the newest wire) or 2-legacy (client 2.x on the wire of SDK 1.x).  With
// CLIENT-ID it is registered already, else it registers.
//
// Each line of input is a command, {"do": "connect" | "list" | "call" | ...},
// and each line of output is what came of it, with the requests it took; no
// token is in one, but for "secrets".
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { UserAgent } from "./agent.mjs";

const [kind, url, registered] = process.argv.slice(2);
const old = kind === "1";
const { Client, StreamableHTTPClientTransport } = old ? {
  ...await import("@modelcontextprotocol/sdk/client/index.js"),
  ...await import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
} : await import("@modelcontextprotocol/client");
const about = { name: "authchain-test-client", version: "1.0.0" };
const callback = "http://127.0.0.1:1/callback";
const here = new URL(url).origin;
const agent = new UserAgent(callback);
let trace = [];
let client;
let transport;

// What stands for an address in the trace: no port, no identifier.
function short(target) {
  const { origin, pathname } = new URL(target);
  return (origin === here ? "" : "as:") + pathname;
}

async function traced(target, init) {
  const line = `${init?.method ?? "GET"} ${short(target)}`;
  try {
    const answer = await fetch(target, init);
    trace.push(`${line} ${answer.status}`);
    return answer;
  } catch (error) {
    trace.push(`${line} ${error.cause?.code ?? error.name}`);
    throw error;
  }
}

// What a program keeps between its runs.
const store = {};
const issued = new Set();
const provider = {
  redirectUrl: callback,
  clientMetadata: {
    client_name: about.name, redirect_uris: [callback],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"], token_endpoint_auth_method: "none",
    application_type: "native",
  },
  clientInformation: () => store.client ??
    (registered ? { client_id: registered } : undefined),
  saveClientInformation: (information) => { store.client = information; },
  tokens: () => store.tokens,
  invalidateCredentials: (what) => {
    trace.push(`forget ${what}`);
    delete store[what];
  },
  saveTokens: (tokens) => {
    store.tokens = tokens;
    issued.add(tokens.access_token);
    if (tokens.refresh_token)
      issued.add(tokens.refresh_token);
  },
  saveCodeVerifier: (verifier) => { store.verifier = verifier; },
  codeVerifier: () => store.verifier,
  redirectToAuthorization: (where) => { store.where = where; },
  state: () => (store.state = crypto.randomUUID()),
  saveDiscoveryState: (state) => { store.discovery = state; },
  discoveryState: () => store.discovery,
};

function open() {
  transport = new StreamableHTTPClientTransport(new URL(url),
    { authProvider: provider, fetch: traced });
  const mode = kind === "2" ? "auto" : "legacy";
  client = new Client(about, { versionNegotiation: { mode } });
  return client.connect(transport);
}

// The user's part: sign in, agree, come back with a code.
async function login() {
  const asked = Object.fromEntries(["resource", "scope", "prompt"].map(
    (name) => [name, store.where.searchParams.get(name)]));
  trace.push(`login ${asked.scope}`);
  const back = await agent.visit(store.where);
  if (back.get("state") !== store.state)
    throw new Error("another state");
  await transport.finishAuth(old ? back.get("code") : back);
  return asked;
}

// As a program with a user does: what needs a login is done again after it.
async function withUser(action) {
  let asked;
  for (let logins = 0; ; logins++) {
    try {
      return { ...await action(), ...asked && { asked } };
    } catch (error) {
      if (error.constructor.name !== "UnauthorizedError" || logins === 2)
        throw error;
      asked = await login();
    }
  }
}

const hash = (text) => text &&
  createHash("sha256").update(text).digest("hex").slice(0, 12);
const go = (target) => () => fetch(target, { method: "POST" });

const actions = {
  connect: () => withUser(async () => {
    await open();
    return {
      server: client.getServerVersion().name,
      wire: client.getNegotiatedProtocolVersion?.() ??
        transport.protocolVersion,
      session: Boolean(transport.sessionId),
    };
  }),
  list: () => withUser(async () =>
    ({ tools: (await client.listTools()).tools.map(({ name }) => name) })),
  call: ({ name, args = {} }) => withUser(async () => {
    const result = await client.callTool({ name, arguments: args });
    return { text: result.content[0].text, failed: result.isError === true };
  }),
  // Each step is told to go on when it was heard of, and not before.
  steps: ({ control }) => withUser(async () => {
    const heard = [];
    const onprogress = ({ progress }) => {
      heard.push(progress);
      go(control)();
    };
    const asked = { name: "steps", arguments: {} };
    const result = old
      ? await client.callTool(asked, undefined, { onprogress })
      : await client.callTool(asked, { onprogress });
    return { heard, text: result.content[0].text };
  }),
  tokens: () => ({ token: hash(store.tokens?.access_token),
    scope: store.tokens?.scope, refresh: hash(store.tokens?.refresh_token) }),
  // Somebody says that this token is no longer to be used.
  revoke: async ({ at }) => {
    const { status } = await fetch(at, { method: "POST",
      body: new URLSearchParams({ token: store.tokens.access_token,
        client_id: provider.clientInformation().client_id }) });
    return { status };
  },
  // As if it were too old: no longer a good one.
  spoil: () => {
    store.tokens = { ...store.tokens,
      access_token: store.tokens.access_token.slice(0, -8) + "AAAAAAAA" };
    return {};
  },
  // For the test alone, which looks for them in what programs say.
  secrets: () => ({ secrets: [...issued] }),
  close: async () => {
    await client.close();
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  trace = [];
  let answer;
  try {
    answer = await actions[command.do](command);
  } catch (error) {
    answer = { error: `${error.constructor.name}: ${error.message}`,
      code: error.code };
  }
  console.log(JSON.stringify({ ...answer, trace }));
}
process.exit(0);
