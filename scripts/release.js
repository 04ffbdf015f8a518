// npm run release -- VERSION [--dry-run] [--publish]
//
// Releases both packages, pocketrec and pocketrec-cli, in one version. VERSION is a number, or
// patch, minor or major. Checks the working tree, the version against the changelog, the tests,
// the fixtures, and what the tarballs hold; writes the version; commits; tags.
//
//   --dry-run   prints every step, and changes nothing
//   --publish   also pushes the commit with its tag, and publishes to npm's registry. Without it a
//               CI publishes, with provenance: docs/releasing.md
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { bumped, leftOver, write } from "./release/bump.js";
import { unreleased } from "./release/changelog.js";
import { PACKAGES, differences, dryRun } from "./release/contents.js";
import { repository } from "./release/git.js";
import { onRegistry } from "./release/registry.js";
import { reasonAgainst, versionFor } from "./release/version.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Slow checks, as scripts of package.json. */
const SCRIPTS = ["test", "fixtures"];

/** A check that failed: nothing is released. */
class Refusal extends Error {}

/**
 * @param {string[]} words of the command line
 * @param {{ root?: string, packages?: import("./release/contents.js").Package[],
 *   log?: (line: string) => void }} [options]
 * @returns {number} the exit code: 0; 1 where a check fails; 2 for wrong words
 */
export function release(words, { root = ROOT, packages = PACKAGES, log = console.log } = {}) {
  const options = read(words);
  if (!options) {
    const [help] = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\nimport ");
    log(help.replaceAll(/^\/\/ ?/gm, ""));
    return 2;
  }
  try {
    const plan = planOf(root, options.wanted, packages);
    return options.isDry ? show(plan, log) : carryOut(plan, options.publishes, log);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log(`refused: ${error.message}`);
    return 1;
  }
}

function read(words) {
  try {
    const { positionals, values } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { "dry-run": { type: "boolean" }, publish: { type: "boolean" } },
    });
    if (positionals.length !== 1) return undefined;
    return { wanted: positionals[0], isDry: values["dry-run"], publishes: values.publish };
  } catch {
    return undefined;
  }
}

function planOf(root, wanted, packages) {
  const { version: current } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const next = versionFor(current, wanted);
  const changes = unreleased(readFileSync(join(root, "CHANGELOG.md"), "utf8"));
  return { root, packages, current, next, changes, tag: `v${next}`, git: repository(root) };
}

/** The quick checks, by name: each returns what is wrong, or undefined. */
function checksOf({ root, packages, current, next, changes, tag, git }) {
  return {
    "the working tree is clean": () => git.reasonNotClean(),
    "the branch is main, and not behind its remote": () => git.reasonNotCurrent(),
    "the changelog says what is new": () =>
      changes?.body ? undefined : 'the section "Unreleased" of CHANGELOG.md is empty',
    [`${next} follows ${current}`]: () => reasonAgainst(current, next, changes?.breaking ?? 0),
    "the tag is new": () => git.reasonTagged(tag),
    "both packages have one version": () => reasonForVersions(root, packages, current),
  };
}

function reasonForVersions(root, packages, current) {
  const others = packages.flatMap(({ folder }) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    return version === current ? [] : [`${name} is ${version}, expected ${current}`];
  });
  return others[0];
}

/** What differs in the tarballs of what is built. */
function reasonForContents({ root, packages }, version) {
  const lines = packages.flatMap((one) => {
    const found = dryRun(root, one);
    const others = found.version === version ? [] : [`${one.name} is built as ${found.version}`];
    return [...differences(one, found), ...others];
  });
  return lines.length ? lines.join("\n") : undefined;
}

/** Prints every step, with what is wrong. Changes nothing. */
function show(plan, log) {
  const { root, current, next, git, packages } = plan;
  let failed = 0;
  const tell = (name, reason) => {
    failed += Number(reason !== undefined);
    log(`${reason === undefined ? "ok     " : "REFUSED"} ${name}${reason ? `: ${reason}` : ""}`);
  };
  for (const [name, check] of Object.entries(checksOf(plan))) tell(name, check());
  for (const name of SCRIPTS) log(`would run npm run ${name}`);
  const texts = bumped(root, git.tracked(), { current, next, date: today() });
  for (const path of texts.keys()) log(`would write ${path}`);
  log("would run npm run build");
  // In the version of now: nothing is changed. Offline: that version may be published already.
  for (const one of packages) {
    const found = dryRun(root, one);
    const wrong = differences(one, found);
    const size = `${found.files.length} files, ${found.size} bytes, unpacked ${found.unpackedSize}`;
    const name = `npm publish --dry-run ./${one.folder}: ${size}`;
    tell(name, wrong.length ? wrong.join("\n") : undefined);
  }
  for (const { name } of packages) {
    const { reason, unknown } = onRegistry(root, name, next);
    if (unknown) log(`unknown whether the registry has ${name} ${next}: ${unknown}`);
    else tell(`the registry has no ${name} ${next}`, reason);
  }
  log(`would commit "${subjectOf(next)}" and tag ${plan.tag}`);
  log(`would push to ${git.remote} and publish, with --publish alone`);
  return failed ? 1 : 0;
}

function carryOut(plan, publishes, log) {
  const { root, current, next, git, tag } = plan;
  for (const [name, check] of Object.entries(checksOf(plan))) refuseFor(check(), name, log);
  for (const name of SCRIPTS) npm(root, ["run", name], log);
  refuseFor(git.reasonNotClean(), "the tests left the working tree clean", log);

  const texts = bumped(root, git.tracked(), { current, next, date: today() });
  const paths = [...texts.keys()];
  let tools = "";
  try {
    write(root, texts);
    const left = leftOver(root, git.tracked(), current);
    refuseFor(left.length ? left.join("\n") : undefined, `nothing else names ${current}`, log);
    tools = toolsOf(npm(root, ["run", "build"], log));
    refuseFor(reasonForContents(plan, next), "the tarballs are as expected", log);
  } catch (error) {
    git.restore(paths);
    throw error;
  }
  git.commit(paths, subjectOf(next), tag, `pocketrec ${next}\n\n${tools}`);
  log(`committed and tagged ${tag}`);
  if (publishes) publish(plan, log);
  else log(`next: git push --atomic ${git.remote} main ${tag}; CI publishes (docs/releasing.md)`);
  return 0;
}

function publish({ root, packages, next, git, tag }, log) {
  for (const { name } of packages) {
    const { reason, unknown } = onRegistry(root, name, next);
    refuseFor(reason ?? unknown, `the registry has no ${name} ${next}`, log);
  }
  git.push(tag);
  log(`pushed ${tag}`);
  // --provenance needs the identity of a CI: a person's machine has none.
  const provenance = process.env.CI ? ["--provenance"] : [];
  for (const { folder } of packages)
    npm(
      root,
      ["publish", `./${folder}`, "--ignore-scripts", "--access", "public", ...provenance],
      log,
    );
}

const subjectOf = (version) => `Make: version ${version}`;
const today = () => new Date().toISOString().slice(0, 10);

/** The lines of build.sh about compilers: equal tools make equal bytes. */
const toolsOf = (printed) => (printed.match(/^tools: .*$/gm) ?? []).join("\n");

function refuseFor(reason, name, log) {
  if (reason !== undefined) throw new Refusal(`${name}: ${reason}`);
  log(`ok      ${name}`);
}

/** Runs npm and shows what it prints: returns it. @throws {Refusal} where it fails */
function npm(root, words, log) {
  log(`runs    npm ${words.join(" ")}`);
  const { status, stdout, error } = spawnSync("npm", words, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: Infinity,
    stdio: ["inherit", "pipe", "inherit"],
  });
  if (status !== 0) {
    log(stdout ?? "");
    throw new Refusal(`npm ${words.join(" ")} failed${error ? ` (${error.message})` : ""}`);
  }
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Ctrl-C ends the command that runs, which is a refusal: the files are restored.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  process.exitCode = release(process.argv.slice(2));
}
