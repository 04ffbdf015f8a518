// The quick choice of `npm run fixtures`: the packed packages in bundlers and runtimes, as their
// users have them; and docs/bundlers.md, whose table is that of the targets.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { findTargets } from "../scripts/fixtures/targets.js";

const run = promisify(execFile);
const targets = await findTargets();
const bundlers = targets.filter(({ group }) => group === "bundlers");

test("the quick targets give the package's own lists", { timeout: 600_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-table-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const table = join(folder, "table.json");
  const words = ["scripts/fixtures.js", "--quick", "--jobs", "2", "--json", table];
  const { stderr } = await run(process.execPath, words).catch((error) => error);
  const results = JSON.parse(readFileSync(table, "utf8"));
  assert.deepEqual(
    results.map(({ target }) => target),
    targets.filter(({ isQuick }) => isQuick).map(({ id }) => id),
  );
  for (const { target, title, outcome, why, error } of results)
    await t.test(`${target}: ${title}`, (one) => {
      if (outcome === "skipped") return one.skip(why);
      return assert.equal(outcome, "ok", error ?? stderr);
    });
});

test("a title names the versions that its package.json installs", () => {
  for (const { title, id } of bundlers) {
    const [version] = title.match(/\d+\.\d+(\.\d+)?/) ?? [];
    if (version)
      assert.ok(
        versionsOf(id).some((one) => one.startsWith(version)),
        title,
      );
  }
});

test("no target takes a range of versions", () => {
  for (const { id } of targets)
    for (const version of versionsOf(id)) assert.match(version, /^(\d+\.\d+\.\d+|\*)$/, id);
});

test("docs/bundlers.md has the targets, and says of each whether it is configured", () => {
  const rows = [...readFileSync("docs/bundlers.md", "utf8").matchAll(/^\| (.+?) +\| (.+?) +\|/gm)];
  const needs = new Map(rows.map(([, title, need]) => [title, need]));
  for (const { title, id, base } of bundlers) {
    assert.ok(needs.has(title), `docs/bundlers.md has no row "${title}"`);
    const isConfigured = hasConfiguration({ id, base });
    assert.equal(needs.get(title) !== "nothing", isConfigured, `what ${title} needs`);
  }
  const tried = [...needs.keys()].filter((title) => /\d+\.\d+/.test(title));
  for (const title of tried)
    assert.ok(
      bundlers.some((one) => one.title === title),
      `no target of "${title}"`,
    );
});

test("docs/runtimes.md has the targets of runtimes and frameworks, and no other", () => {
  const page = readFileSync("docs/runtimes.md", "utf8");
  const rows = [...page.matchAll(/^\| (.+?) +\| .+ \|$/gm)].map(([, title]) => title);
  const named = rows.filter((row) => !/^(-+|tried with)$/.test(row)).sort();
  const tried = targets.filter(({ group }) => ["frameworks", "runtimes"].includes(group));
  assert.deepEqual(named, tried.map(({ title }) => title).sort());
});

/** The exact versions that a target's own manifest names; "*" is the packed package. */
function versionsOf(id) {
  const { base } = targets.find((one) => one.id === id) ?? {};
  const { dependencies, devDependencies } = manifestOf(id) ?? manifestOf(base) ?? {};
  return Object.values({ ...dependencies, ...devDependencies });
}

/** Whether an app has a file or option that its tool would not need without the package. */
function hasConfiguration({ id, base }) {
  const { scripts = {}, ...fields } = manifestOf(id) ?? manifestOf(base);
  const isOption = Object.keys(fields).some((key) => key.startsWith("@"));
  const files = [id, base].filter(Boolean).flatMap((one) => readdirSync(`tests/targets/${one}`));
  const commands = Object.values(scripts).join("\n");
  return isOption || files.some((name) => /\.config\./.test(name)) || /--loader/.test(commands);
}

function manifestOf(id) {
  try {
    return JSON.parse(readFileSync(`tests/targets/${id}/package.json`, "utf8"));
  } catch {
    return undefined;
  }
}
