// SPDX-License-Identifier: BSD-2-Clause
// A user and a browser in one: follows redirects, keeps cookies, fills in
// the forms of oidc-provider, until it is sent to the callback.
export class UserAgent {
  #cookies = new Map();
  #callback;

  constructor(callback) {
    this.#callback = callback;
  }

  async #fetch(url, body) {
    const answer = await fetch(url, {
      method: body ? "POST" : "GET", body, redirect: "manual",
      headers: { cookie: [...this.#cookies].map(
        ([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      if (value)
        this.#cookies.set(name, value);
      else
        this.#cookies.delete(name);
    }
    return answer;
  }

  // The form of a page, as somebody fills it in who says yes to everything.
  #fill(page) {
    const form = new URLSearchParams();
    for (const [input] of page.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      if (name)
        form.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? "alice");
    }
    return form;
  }

  // The parameters that the callback gets.
  async visit(start) {
    let url = new URL(start);
    let body;
    for (let pages = 0; pages < 20; pages++) {
      const answer = await this.#fetch(url, body);
      body = undefined;
      const location = answer.headers.get("location");
      if (location) {
        url = new URL(location, url);
        if (url.href.startsWith(this.#callback))
          return url.searchParams;
        continue;
      }
      const page = await answer.text();
      const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1];
      if (!action)
        throw new Error(`no form: ${answer.status} ${page.slice(0, 400)}`);
      body = this.#fill(page);
      url = new URL(action, url);
    }
    throw new Error("20 pages, and no end");
  }
}
