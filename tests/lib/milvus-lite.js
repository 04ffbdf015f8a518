// Milvus Lite as a server, with the Node client of Milvus: both in tests/engine, installed when
// they are asked for: by npm run test:long, by npm run fixtures and in bench/.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort } from "../../scripts/free-port.js";

const FOLDER = fileURLToPath(new URL("../engine/", import.meta.url));
const ENVIRONMENT = join(FOLDER, ".venv");
const MANIFESTS = ["requirements.txt", "package-lock.json"];

/** A copy of what was installed, written last: a broken-off installation has none. */
const STAMP = join(ENVIRONMENT, "installed.txt");

const START_MS = 60_000;

const wanted = () => MANIFESTS.map((name) => readFileSync(join(FOLDER, name), "utf8")).join("\n");

/**
 * Installs Milvus Lite and its Node client, unless they are there.
 * @returns {string | undefined} why they cannot be had
 */
export function installMilvus() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted()) return undefined;
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  const pip = "-m pip install --quiet --only-binary :all: --disable-pip-version-check --no-input";
  const steps = [
    ["python3", ["-m", "venv", ENVIRONMENT]],
    [join(ENVIRONMENT, "bin/python"), [...pip.split(" "), "--requirement", "requirements.txt"]],
    ["npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
  ];
  for (const [command, words] of steps) {
    const { status, stderr, error } = spawnSync(command, words, {
      cwd: FOLDER,
      encoding: "utf8",
      timeout: 600_000,
    });
    if (status !== 0) return error?.message ?? stderr.trim().split("\n").at(-1);
  }
  writeFileSync(STAMP, wanted());
  return undefined;
}

/**
 * Starts an empty Milvus Lite on a free port.
 *
 * @param {number} [port] default: a free one
 * @param {string} [folder] with the data of before
 * @returns {Promise<{ address: string, port: number, folder: string, newClient: () => any,
 *   pause: () => void, resume: () => void, end: () => Promise<void>, stop: () => Promise<void> }>}
 *   pause: the server gets requests and answers none; end: the server ends and its data stays;
 *   stop: both end
 */
export async function startMilvus(port, folder = mkdtempSync(join(tmpdir(), "pocketrec-milvus-"))) {
  port ??= await freePort();
  const words = ["server", "--host", "127.0.0.1", "--port", `${port}`, "--data-dir", folder];
  const child = spawn(join(ENVIRONMENT, "bin/milvus-lite"), words, {
    // A single line that the server prints would wait in a buffer.
    env: { ...process.env, PYTHONUNBUFFERED: "1" },
  });
  const clients = [];
  const end = async () => {
    if (child.exitCode !== null || child.signalCode) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const address = `127.0.0.1:${port}`;
  await started(child).catch(async (error) => {
    await end();
    throw error;
  });
  return {
    ...{ address, port, folder, end },
    newClient: () => {
      const client = newMilvusClient(address);
      clients.push(client);
      return client;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop: async () => {
      await end();
      for (const client of clients) await client.closeConnection().catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A client of an app, which it closes.
 * @param {string} address
 */
export function newMilvusClient(address) {
  const { MilvusClient } = createRequire(FOLDER)("@zilliz/milvus2-sdk-node");
  return new MilvusClient({ address, logLevel: "none" });
}

/** A server prints a line when it listens. */
function started(child) {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`Milvus Lite did not start: ${output}`));
    const timer = setTimeout(fail, START_MS);
    const read = (data) => {
      output += data;
      if (!output.includes("listening")) return;
      clearTimeout(timer);
      resolve(undefined);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", fail);
    child.once("error", fail);
  });
}
