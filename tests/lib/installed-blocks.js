// Runs code blocks of the docs in a folder where the packed package is installed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { fileOf, randomWeights } from "./weights.js";
import { readSafetensors, writeSafetensors } from "./safetensors-file.js";

const run = promisify(execFile);

/**
 * What a page and a server would give: the app's data is stored in the folder; candidates come from
 * a server, and so do the files of public/.
 */
const setting = (folder) => `
import { readFile as readPublicFile } from "node:fs/promises";
for (const name of ["XDG_DATA_HOME", "LOCALAPPDATA", "HOME"])
  process.env[name] = ${JSON.stringify(folder)};
globalThis.fetch = async (url) => {
  const { pathname } = new URL(url, "https://example.org");
  if (pathname === "/candidates")
    return Response.json(["Orbit of Glass", "Cold Engines", "One Glove", "Salt and Smoke"]);
  return new Response(await readPublicFile("public" + pathname));
};
`;

/** A page's script has an address. */
const ADDRESS = 'globalThis.location = new URL("https://example.org/");\n';

/** The runner of each language. @type {Record<string, (folder: string, text: string) => any>} */
export const RUN = {
  /** A script prints something. */
  js: async (folder, text) => {
    const address = /fetchWeights\("\//.test(text) ? ADDRESS : "";
    writeFileSync(join(folder, "block.mjs"), setting(folder) + address + text);
    const { stdout } = await run(process.execPath, ["block.mjs"], { cwd: folder });
    assert.ok(stdout, "the script printed nothing");
  },

  /** Commands succeed. They need no network. */
  sh: (folder, text) =>
    run("bash", ["-e", "-c", text], {
      cwd: folder,
      env: { ...process.env, npm_config_offline: "true" },
    }),

  /** JSON, or one object a line. A manifest is the one that the page's command wrote. */
  json: (folder, text) => {
    const values = /^\{.*\}$/m.test(text) ? text.trim().split("\n").map(parse) : [parse(text)];
    assert.ok(values.length);
    const manifest = join(folder, "public/models/manifest.json");
    if (values[0].weights && existsSync(manifest))
      assert.deepEqual(values[0], parse(readFileSync(manifest, "utf8")));
  },
};

const parse = (text) => JSON.parse(text);

/** A weights file that still has the training users' table. */
export const fileWithUsers = () => new Uint8Array(fileOf(randomWeights({ kind: "gmf", users: 3 })));

/** A user's data for the pages that train or measure: 60 users of two tastes. */
export function ratings() {
  const lines = Array.from({ length: 60 }, (_, user) =>
    Array.from({ length: 9 }, (_, n) => {
      const item = 2 * ((user * 7 + n * n) % 15) + (user % 2);
      return `${user + 1},${100 + item},${3 + ((user + n) % 3)},${1e9 + 60 * user + n}`;
    }),
  );
  return `${COLUMNS}\n${lines.flat().join("\n")}\n`;
}

const COLUMNS = "userId,movieId,rating,timestamp";

/** Users who liked 26 items each, for pages that measure short histories. */
export function likes(firstUser) {
  const lines = Array.from({ length: 12 * 26 }, (_, n) => {
    const user = firstUser + Math.floor(n / 26);
    const item = 100 + ((7 * user + 3 * (n % 26)) % 90);
    return `${user},${item},${4 + (n % 2)},${1e9 + n}`;
  });
  return `${COLUMNS}\n${lines.join("\n")}\n`;
}

/** A SASRec of 90 items, whose ids are those of `ratings` and `likes`. */
export function sequenceFile() {
  const golden = new URL("../golden/sasrec-recbole.safetensors", import.meta.url);
  const { tensors, metadata } = readSafetensors(readFileSync(golden));
  const data = BigInt64Array.from({ length: 90 }, (_, row) => BigInt(100 + row));
  return writeSafetensors({ ...tensors, item_ids: { dtype: "I64", shape: [90], data } }, metadata);
}
