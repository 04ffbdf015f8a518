// examples/server under load on this machine, beside servers that send a file of the same size and
// encoding. The load is wrk's, which needs a core of its own.
import { execFileSync, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { fileURLToPath } from "node:url";

import { markdownTable } from "markdown-table";

import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { median } from "../lib/statistics.js";
import { prepareFolder } from "./prepare.js";

const HELP = `
node server/run.js [--rounds 5] [--seconds 4] [--connections 64] [--json FILE]

  Needs wrk (apt-get install wrk) and: npm ci --prefix server
  --rounds N       rounds; in each every server is measured once
  --seconds N      of each measurement
  --connections N  open at the same time
  --json FILE      writes the measurements
`;
const SERVERS = ["example", "buffer", "sirv"];
const FIELDS = { perSecond: "requests/s", p50: "p50", p99: "p99", processor: "processor time" };

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { options } = readCommandLine(HELP, {
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "4" },
  connections: { type: "string", default: "64" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const seconds = wholeNumber(options.seconds, "seconds");
const connections = wholeNumber(options.connections, "connections");
if (spawnSync("wrk", ["--version"]).error) fail("wrk is not installed: apt-get install wrk");

const { folder, version, weights } = await prepareFolder();
const ANSWERS = [
  { title: "list of 500 ids", path: `/lists/${version}/popular.json`, encoding: "br" },
  { title: "pack of 500 items", path: `/lists/${version}/popular.pack`, encoding: "br" },
  { title: "weights", path: weights, encoding: "identity" },
  { title: "list, 304", path: `/lists/${version}/popular.json`, encoding: "br", isKept: true },
];

printMachine();
const servers = await Promise.all(SERVERS.map((name) => start(name)));
try {
  const results = [];
  for (const answer of ANSWERS) results.push(await measure(answer));
  print(results);
  writeJson(options.json, { rounds, seconds, connections, results });
} finally {
  for (const { child } of servers) child.kill();
}

/** A server of its own process, on a free port. */
async function start(name) {
  const child = fork("server/serve.js", [name, folder]);
  const [port] = await once(child, "message");
  const processorTime = async () => {
    child.send("time");
    return (await once(child, "message"))[0];
  };
  return { name, child, processorTime, address: `http://127.0.0.1:${port}` };
}

/** @returns the answer with each server's `figures`, one a round */
async function measure(answer) {
  const asked = await Promise.all(servers.map((server) => firstAnswer(server, answer)));
  const [{ bytes }] = asked;
  for (const found of asked)
    if (!found.bytes.equals(bytes)) fail(`${found.name} sends other bytes for ${answer.path}`);
  const figures = new Map(SERVERS.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const turn = round % asked.length; // who begins changes
    for (const found of [...asked.slice(turn), ...asked.slice(0, turn)])
      figures.get(found.name).push(await load(found));
  }
  return {
    ...answer,
    bytes: answer.isKept ? 0 : bytes.length,
    figures: Object.fromEntries(figures),
  };
}

/** What a server sends as it goes over the wire, and the headers that ask for it again. */
async function firstAnswer({ address, ...server }, { path, encoding, isKept }) {
  const url = address + path;
  const headers = { "Accept-Encoding": encoding };
  const [response] = await once(http.get(url, { headers, agent: false }), "response");
  const bytes = Buffer.concat(await response.toArray());
  const { "content-encoding": sent = "identity", etag } = response.headers;
  if (response.statusCode !== 200 || sent !== encoding)
    fail(`${server.name} sends ${path} as ${response.statusCode} ${sent}, not as 200 ${encoding}`);
  if (isKept) headers["If-None-Match"] = etag;
  return { ...server, url, bytes, headers };
}

/**
 * Requests per second, the median and the 99th percentile of a request's time in ms, and the
 * server's processor time for a request in microseconds, which others on the machine hardly change.
 */
async function load({ name, url, headers, processorTime }) {
  const sizes = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`];
  const lines = Object.entries(headers).flatMap(([header, value]) => ["-H", `${header}: ${value}`]);
  const before = await processorTime();
  const text = execFileSync("wrk", [...sizes, "--latency", ...lines, url], { encoding: "utf8" });
  const used = (await processorTime()) - before;
  if (/Non-2xx|Socket errors/.test(text)) fail(`${name} fails under load:\n${text}`);
  return {
    perSecond: Number(/Requests\/sec: +([\d.]+)/.exec(text)[1]),
    p50: milliseconds(text, "50"),
    p99: milliseconds(text, "99"),
    processor: used / Number(/^ +(\d+) requests in/m.exec(text)[1]),
  };
}

function milliseconds(text, percent) {
  const found = new RegExp(`^ +${percent}% +([\\d.]+)(us|ms|s)$`, "m").exec(text);
  if (!found) fail(`wrk measured no time:\n${text}`);
  const [, value, unit] = found;
  return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

/** The example's figures as multiples of another server's in the same round: their medians. */
function print(results) {
  const rows = results.flatMap(({ title, encoding, bytes, figures }) =>
    ["buffer", "sirv"].map((other) => {
      const ratios = Object.keys(FIELDS).map((field) =>
        median(figures.example.map((one, round) => one[field] / figures[other][round][field])),
      );
      return [title, encoding, bytes, other, ...ratios.map((ratio) => ratio.toFixed(2))];
    }),
  );
  const head = ["answer", "encoding", "bytes", "beside", ...Object.values(FIELDS)];
  const align = head.map((_, column) => ([0, 1, 3].includes(column) ? "l" : "r"));
  console.log(markdownTable([head, ...rows], { align }));
  console.log(`\nMedians of ${rounds} rounds of ${seconds} s, ${connections} connections.`);
}
