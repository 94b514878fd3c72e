// SPDX-License-Identifier: BSD-2-Clause
// A client of the scheme DPoP: node dpop.mjs ISSUER CLIENT RESOURCE
// with the client's secret as its input.  Its token is bound to a key of its
// own; then it calls the resource, as it should and as nobody should.
//
// Each line of output is {"step": .., "answers": [..], ..}; an answer is a
// status, or the status, scheme and error of a challenge.  No token is in one,
// but in the first, {"secrets": [..]}.
import { readFileSync } from "node:fs";
import * as oauth from "oauth4webapi";

const [issuer, name, resource] = process.argv.slice(2);
const here = { [oauth.allowInsecureRequests]: true };
const client = { client_id: name };
const secret = readFileSync(0, "utf8").trim();
let sent; // the last request, as it went out

function say(line) {
  console.log(JSON.stringify(line));
}

function fetched(url, init) {
  sent = { url, init };
  return fetch(url, init);
}

function challenge({ status, cause }) {
  const found = cause.find(({ parameters }) => parameters.error);
  return found ? [status, found.scheme, found.parameters.error] : [status];
}

// One call, and another when it is told a nonce: what each came to.
async function call(token, dpop, { method = "GET", path = "", body } = {}) {
  const answers = [];
  for (let turn = 0; turn < 2; turn++) {
    try {
      const answer = await oauth.protectedResourceRequest(
        token, method, new URL(resource + path), new Headers(), body,
        { ...here, DPoP: dpop, [oauth.customFetch]: fetched });
      answers.push([answer.status]);
      return { answers, seen: await answer.json() };
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError))
        throw error;
      answers.push(challenge(error));
      if (!oauth.isDPoPNonceError(error))
        break;
    }
  }
  return { answers };
}

async function again() {
  const answer = await fetch(sent.url, sent.init);
  const found = /error="(\w+)"/.exec(answer.headers.get("www-authenticate"));
  return { answers: [[answer.status, found?.[1]]] };
}

const about = await oauth.processResourceDiscoveryResponse(
  new URL(resource),
  await oauth.resourceDiscoveryRequest(new URL(resource), here));
const as = await oauth.processDiscoveryResponse(
  new URL(issuer), await oauth.discoveryRequest(new URL(issuer), here));
const own = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
const others = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
const granted = await oauth.processClientCredentialsResponse(
  as, client, await oauth.clientCredentialsGrantRequest(
    as, client, oauth.ClientSecretBasic(secret), { resource, scope: "read" },
    { ...here, DPoP: own }));
const token = granted.access_token;
say({ secrets: [token] });
say({ step: "token", type: granted.token_type,
  issuers: about.authorization_servers,
  algorithms: about.dpop_signing_alg_values_supported });
for (const [step, ...args] of [
  ["first", token, own],
  ["next", token, own],
  ["post", token, own, { method: "POST", path: "/a?b=c", body: "hello" }],
]) {
  const { answers, seen } = await call(...args);
  say({ step, answers, method: seen?.method, path: seen?.path,
    body: seen?.body, fields: seen?.fields });
}
say({ step: "again", ...await again() });
say({ step: "others", ...await call(token, others) });
say({ step: "bearer", ...await call(token, undefined) });
say({ step: "last", answers: (await call(token, own)).answers });
