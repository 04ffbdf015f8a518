// One request as it goes over the wire: fetch would decode the body and add headers.
import { once } from "node:events";
import http from "node:http";

/**
 * @param {string} address
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [options]
 */
export async function ask(address, path, { method = "GET", headers = {}, body } = {}) {
  // A connection that is handed to a process that dies gets no answer.
  const signal = AbortSignal.timeout(5000);
  const request = http.request(address + path, { method, headers, agent: false, signal });
  request.on("error", () => {}); // `once` below rejects with it
  request.end(body);
  const [response] = await once(request, "response");
  const bytes = Buffer.concat(await response.toArray());
  const json = () => JSON.parse(bytes.toString());
  return { status: response.statusCode, headers: response.headers, bytes, json };
}
