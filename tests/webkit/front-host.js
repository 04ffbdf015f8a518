// A host in front of another: WebDriver has no events of a page and runs no script before the
// page's own, so that this host adds one to each document, and tells of requests and of the
// console.
import { once } from "node:events";
import http from "node:http";

const FIRST = "/first-script-of-the-tests.js";
const SAID = "/said-to-the-tests";

export class FrontHost {
  /** Sources of functions that run in each document before its own scripts. @type {string[]} */
  scripts = [];
  /** Without a slash at its end. */
  address = "";
  #origin;
  #tell;
  #server = http.createServer((request, response) => this.#answer(request, response));

  /**
   * @param {string} origin of the host behind
   * @param {(event: string, ...values: any[]) => void} tell
   */
  static async start(origin, tell) {
    const host = new FrontHost(origin, tell);
    host.#server.listen(0, "127.0.0.1");
    await once(host.#server, "listening");
    host.address = `http://127.0.0.1:${host.#server.address().port}`;
    return host;
  }

  constructor(origin, tell) {
    this.#origin = origin;
    this.#tell = tell;
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #answer(request, response) {
    if (request.url === FIRST)
      return response.writeHead(200, { "Content-Type": "text/javascript" }).end(this.#first());
    if (request.url === SAID) return this.#hear(request, response);
    const url = `${this.#origin}${request.url}`;
    // Puppeteer tells nothing of the browser's own request for an icon, which may not exist.
    const tell = request.url === "/favicon.ico" ? () => {} : this.#tell;
    tell("request", { url: () => url, method: () => request.method });
    // Documents are changed below, and so must not arrive compressed. A service worker that asks
    // for one accepts anything.
    const headers = { ...request.headers, host: new URL(this.#origin).host };
    for (const name of ["origin", "referer"])
      if (headers[name]) headers[name] = headers[name].replace(this.address, this.#origin);
    delete headers["accept-encoding"];
    const { method } = request;
    const passed = http.request(`${this.#origin}${request.url}`, { method, headers });
    passed.on("response", (found) => {
      tell("response", { url: () => url, status: () => found.statusCode });
      this.#pass(found, response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  }

  #pass(found, response) {
    found.on("error", () => response.destroy());
    if (!/^text\/html/.test(found.headers["content-type"] ?? "")) {
      response.writeHead(found.statusCode, found.headers);
      return found.pipe(response);
    }
    const chunks = [];
    found.on("data", (chunk) => chunks.push(chunk));
    found.on("end", () => {
      const html = Buffer.concat(chunks).toString();
      const { "content-length": _, etag: __, ...headers } = found.headers;
      const script = `<script src="${FIRST}"></script>`;
      response
        .writeHead(found.statusCode, headers)
        .end(/<head[^>]*>/.test(html) ? html.replace(/<head[^>]*>/, `$&${script}`) : script + html);
    });
  }

  #first() {
    return [`(${listen})(${JSON.stringify(SAID)});`, ...this.scripts].join("\n");
  }

  /** What a page said, as Puppeteer's events. */
  async #hear(request, response) {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.writeHead(204).end();
    const { event, type, text } = JSON.parse(body);
    if (event === "pageerror") this.#tell(event, new Error(text));
    else this.#tell(event, { type: () => type, text: () => text, location: () => ({ url: "" }) });
  }
}

/** Runs in the page. */
function listen(address) {
  const tell = (event, type, text) =>
    navigator.sendBeacon(address, JSON.stringify({ event, type, text }));
  const words = (values) => values.map((value) => String(value?.message ?? value)).join(" ");
  for (const type of ["error", "warn", "log"]) {
    const own = console[type];
    console[type] = (...values) => {
      tell("console", type, words(values));
      own.apply(console, values);
    };
  }
  addEventListener("error", ({ message }) => message && tell("pageerror", "error", message));
  addEventListener("unhandledrejection", ({ reason }) =>
    tell("pageerror", "error", words([reason])),
  );
}
