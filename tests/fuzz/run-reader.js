// Tries a reader in a process of its own, and ends it where it hangs.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PROCESS = fileURLToPath(new URL("reader-process.js", import.meta.url));
/** Twenty inputs take far less, even on a busy machine. */
const HANG = 120_000;
const FOUND = "build/fuzz/found";

/**
 * @typedef {{ wrong: string, path?: string }} Defect
 * @typedef {object} Report
 * @property {string} name
 * @property {number} runs
 * @property {string} detail
 * @property {Defect[]} defects
 *
 * @param {string} name of a reader
 * @param {{ seed: number, milliseconds: number, runs: number }} limits
 * @returns {Promise<Report>}
 */
export function runReader(name, { seed, milliseconds, runs }) {
  return new Promise((resolve) => {
    const words = [name, seed, milliseconds, runs].map(String);
    const child = fork(PROCESS, words, { execArgv: ["--max-old-space-size=1500"] });
    const report = { name, runs: 0, detail: "", defects: /** @type {Defect[]} */ ([]) };
    let at = seed;
    let isDone = false;
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), HANG);
    };
    wait();
    child.on("message", (/** @type {any} */ message) => {
      wait();
      if (message.at !== undefined) [at, report.runs] = [message.at, message.runs];
      if (message.found) report.defects.push(kept(name, message.found));
      if (!message.done) return;
      isDone = true;
      report.runs = message.done.runs;
      report.detail = `${message.done.read} read, ${message.done.codes.length} error codes`;
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (!isDone && !report.defects.some(({ wrong }) => wrong.startsWith("uncaught")))
        report.defects.push({ wrong: `${endOf(code, signal)}, inputs ${at} to ${at + 20}` });
      resolve(report);
    });
  });
}

/** @param {number | null} code @param {string | null} signal */
const endOf = (code, signal) =>
  signal === "SIGKILL" ? "a hang" : `the process ended (${signal ?? code})`;

/** Keeps the input. @returns {Defect} */
function kept(name, { wrong, number, bytes }) {
  mkdirSync(FOUND, { recursive: true });
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const path = `${FOUND}/${name}-${hash}`;
  writeFileSync(path, Buffer.from(bytes, "base64"));
  return { wrong: `${wrong} (input ${number})`, path };
}
