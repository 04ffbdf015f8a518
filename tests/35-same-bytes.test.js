// The same sources and tools make the same files in any folder, so that anyone can rebuild what was
// published. Bundles always; the WebAssembly modules and the types too with POCKETREC_LONG=1.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { isLong } from "./lib/long.js";

const SOURCES = ["js", "cli", "scripts", "src", "wasm", "package.json", "tsconfig.json"];

/** What a build has before it bundles. */
const BEFORE = /^(modules|train-module|version)(\.d)?\.[jt]s$|\.wasm$/;

/** Copies what is bundled: its paths count. The tools are where they are. */
function installIn(folder) {
  mkdirSync(folder);
  const lists = ["dist/LICENSES.txt", "cli/dist/LICENSES.txt"];
  const bundled = lists.flatMap((list) =>
    [...readFileSync(list, "utf8").matchAll(/^(\S+) \d\S* \(/gm)].map(([, name]) => name),
  );
  for (const name of readdirSync("node_modules")) {
    const from = resolve("node_modules", name);
    if (bundled.includes(name)) cpSync(from, join(folder, name), { recursive: true });
    else symlinkSync(from, join(folder, name));
  }
}

const isFile = (path) => statSync(path).isFile();
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => isFile(join(folder, name)))
    .sort();

test("another folder and another time zone make the same files", (t) => {
  // Parts of the path are named as folders of the sources are.
  const parent = mkdtempSync(join(tmpdir(), "pocketrec-same-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, "js", "common", "a b");
  mkdirSync(join(folder, "dist"), { recursive: true });
  const isOwn = (path) => !/(^|\/)(node_modules|\.venv|cli\/dist)$/.test(path);
  for (const name of SOURCES) cpSync(name, join(folder, name), { recursive: true, filter: isOwn });
  installIn(join(folder, "node_modules"));

  const env = { ...process.env, TZ: "Asia/Seoul", LC_ALL: "C" };
  const run = (program, ...words) => execFileSync(program, words, { cwd: folder, env });
  if (isLong) {
    cpSync("build.sh", join(folder, "build.sh"));
    run("bash", "build.sh");
  } else {
    for (const name of readdirSync("dist").filter((name) => BEFORE.test(name)))
      cpSync(join("dist", name), join(folder, "dist", name));
    run(process.execPath, "scripts/bundle.js");
    run(process.execPath, "scripts/bundle-cli.js");
  }

  for (const made of ["dist", "cli/dist"]) {
    const names = filesOf(join(folder, made));
    assert.ok(names.length > 10, made);
    const differing = names.filter(
      (name) => !readFileSync(join(folder, made, name)).equals(readFileSync(join(made, name))),
    );
    assert.deepEqual(differing, [], made);
  }
});
