// SPDX-License-Identifier: BSD-2-Clause
// An authorization server on a loopback port: node server.mjs KEYS CLIENTS
// KEYS: a file with its JWK set; CLIENTS: a file with {"name": "secret", ..},
// where a JWK set in place of the secret is a client's that signs, and other
// metadata is that of a client whose users sign in; such clients may register
// by themselves, too.
// Its first line of output is its port; it ends when its input does.
//
// What a resource's access tokens are like is in its path: /jwt or /opaque,
// and /short for those that live two seconds.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [keys, clients] = process.argv.slice(2, 4)
  .map((path) => JSON.parse(readFileSync(path)));

const about = (resource) => ({
  audience: resource,
  scope: "read write",
  accessTokenFormat: resource.includes("/opaque") ? "opaque" : "jwt",
  accessTokenTTL: resource.includes("/short") ? 2 : 300,
  jwt: { sign: { alg: "RS256" } },
});

const known = ([name, proof]) => proof.redirect_uris
  ? { client_id: name, ...proof }
  : {
    client_id: name,
    ...(typeof proof === "string" ? { client_secret: proof }
      : { jwks: proof }),
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: typeof proof !== "string"
      ? "private_key_jwt" : name.endsWith("-post")
        ? "client_secret_post" : "client_secret_basic",
  };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    jwks: keys,
    clients: Object.entries(clients).map(known),
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      devInteractions: { enabled: true }, // pages with a form
      introspection: {
        enabled: true,
        allowedPolicy: (ctx, client) => client.clientId.startsWith("judge"),
      },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx, resource) => about(resource),
      },
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    scopes: ["offline_access", "openid", "read", "write"],
  });
  server.on("request", provider.callback());
  console.log(port);
});
process.stdin.resume().on("end", () => process.exit(0));
