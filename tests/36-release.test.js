// `npm run release`, in a small repository of git with a remote of its own: what it refuses, what
// it writes, and that without --publish it sends nothing anywhere.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

import { release } from "../scripts/release.js";
import { leftOver } from "../scripts/release/bump.js";
import { unreleased, withRelease } from "../scripts/release/changelog.js";
import { reasonAgainst, versionFor } from "../scripts/release/version.js";

const TODAY = /\d{4}-\d\d-\d\d/;
const NEWS =
  "# Changelog\n\n## Unreleased\n\n- A new step.\n\n## 0.3.0 - 2026-11-30\n\n- The first.\n";
const BREAKING = NEWS.replace("- A new", "- **Breaking:** a new");

/** What `npm run build` prints of its tools, as build.sh does. */
const BUILD = `node -e "console.log('tools: cc 1.2')"`;

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (name, scripts) =>
  json({ name, version: "0.3.0", license: "MIT", files: ["dist"], scripts });

const FILES = {
  "package.json": manifest("pocketrec", {
    test: "node tests.js",
    fixtures: "node tests.js",
    build: BUILD,
  }),
  "tests.js": "",
  "dist/index.js": "export {};\n",
  "README.md": "Install it: `npm install ../pocketrec-0.3.0.tgz`\n",
  "CHANGELOG.md": NEWS,
  "cli/package.json": manifest("pocketrec-cli"),
  "cli/dist/main.js": "export {};\n",
  "package-lock.json": json({
    name: "pocketrec",
    version: "0.3.0",
    lockfileVersion: 3,
    packages: { "": { name: "pocketrec", version: "0.3.0" }, cli: { version: "0.3.0" } },
  }),
  "examples/cdn/index.html":
    "<script src='https://cdn.example/npm/pocketrec@0.3.0/dist/index.js'>\n",
  "examples/page/package.json": '{ "dependencies": { "pocketrec": "^0.3.0", "sirv": "0.3.0" } }\n',
};

/** What the tarballs of the repository hold. */
const PACKAGES = [
  {
    name: "pocketrec",
    folder: ".",
    packed: 5000,
    unpacked: 5000,
    files: ["README.md", "package.json", /^dist\/\w+\.js$/],
  },
  { name: "pocketrec-cli", folder: "cli", packed: 5000, unpacked: 5000, files: [/\.js(on)?$/] },
];

/** A repository with a remote, both in a folder of the test. */
function repository(t, changed = {}) {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-release-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const root = join(folder, "work");
  mkdirSync(root);
  const git = (...words) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
  const write = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  write({ ...FILES, ...changed });
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "remote")]);
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "A test");
  git("config", "user.email", "test@localhost");
  git("remote", "add", "origin", join(folder, "remote"));
  git("add", "--all");
  git("commit", "--quiet", "-m", "Add: all");
  git("push", "--quiet", "-u", "origin", "main");
  const read = (path) => readFileSync(join(root, path), "utf8");
  const run = (...words) => {
    const lines = [];
    const code = release(words, { root, packages: PACKAGES, log: (line) => lines.push(line) });
    return { code, printed: lines.join("\n") };
  };
  return { root, git, write, read, run };
}

describe("a release", () => {
  test("writes the version everywhere, commits and tags, and sends nothing", (t) => {
    const { git, read, run } = repository(t);
    const { code, printed } = run("minor");
    assert.equal(code, 0, printed);
    for (const path of ["package.json", "cli/package.json", "package-lock.json"])
      assert.equal(JSON.parse(read(path)).version, "0.4.0", path);
    const { packages } = JSON.parse(read("package-lock.json"));
    assert.deepEqual([packages[""].version, packages.cli.version], ["0.4.0", "0.4.0"]);
    assert.match(read("README.md"), /pocketrec-0\.4\.0\.tgz/);
    assert.equal(
      read("examples/page/package.json"),
      '{ "dependencies": { "pocketrec": "^0.4.0", "sirv": "0.3.0" } }\n',
    );
    assert.match(read("examples/cdn/index.html"), /pocketrec@0\.4\.0\/dist/);
    const heading = read("CHANGELOG.md").match(/## Unreleased\n\n## 0\.4\.0 - (.*)\n\n- A new/);
    assert.match(heading?.[1] ?? "", TODAY);
    assert.equal(git("log", "-1", "--format=%s"), "Make: version 0.4.0");
    assert.equal(git("rev-parse", "v0.4.0^{commit}"), git("rev-parse", "HEAD"));
    assert.match(git("tag", "--list", "-n9", "v0.4.0"), /tools: cc 1\.2/);
    assert.equal(git("status", "--porcelain"), "");
    assert.equal(git("ls-remote", "origin", "refs/tags/v0.4.0"), "", "the tag is not pushed");
    assert.notEqual(git("ls-remote", "origin", "main").split("\t")[0], git("rev-parse", "HEAD"));
    assert.match(printed, /next: git push --atomic origin main v0\.4\.0/);
  });

  test("--dry-run shows every step and changes nothing", (t) => {
    const { root, git, run } = repository(t, {
      "tests.js": 'require("fs").writeFileSync("ran", "")',
    });
    const before = git("rev-parse", "HEAD");
    const { code, printed } = run("minor", "--dry-run");
    assert.equal(code, 0, printed);
    for (const step of [
      /^ok +the working tree is clean$/m,
      /^ok +0\.4\.0 follows 0\.3\.0$/m,
      /^would run npm run test$/m,
      /^would run npm run fixtures$/m,
      /^would write cli\/package\.json$/m,
      /^ok +npm publish --dry-run \.\/cli: 2 files, /m,
      /^would commit "Make: version 0\.4\.0" and tag v0\.4\.0$/m,
    ])
      assert.match(printed, step);
    assert.match(printed, /registry has (no )?pocketrec 0\.4\.0/);
    assert.match(printed, /^would commit "Make: version 0\.4\.0" and tag v0\.4\.0$/m);
    assert.deepEqual(
      [git("rev-parse", "HEAD"), git("status", "--porcelain", "--ignored"), git("tag")],
      [before, "", ""],
      root,
    );
  });

  test("--dry-run names each thing that would be refused", (t) => {
    const { write, run } = repository(t);
    write({ "note.txt": "mine", "CHANGELOG.md": "## Unreleased\n" });
    const { code, printed } = run("0.2.9", "--dry-run");
    assert.equal(code, 1);
    const refused = printed.split("\n").filter((line) => line.startsWith("REFUSED"));
    assert.deepEqual(
      refused.map((line) => line.replace(/^REFUSED /, "").split(":")[0]),
      ["the working tree is clean", "the changelog says what is new", "0.2.9 follows 0.3.0"],
    );
  });

  test("wrong words print how it is used", (t) => {
    const { run } = repository(t);
    for (const words of [[], ["minor", "major"], ["minor", "--force"]]) {
      const { code, printed } = run(...words);
      assert.equal(code, 2);
      assert.match(printed, /^npm run release -- VERSION \[--dry-run\] \[--publish\]/);
    }
  });
});

describe("what is refused", () => {
  /** @type {[string, (at: ReturnType<typeof repository>) => void, RegExp, string?][]} */
  const CASES = [
    ["a changed file", ({ write }) => write({ "README.md": "mine" }), /clean: 1 files.*README/s],
    ["a file that git does not know", ({ write }) => write({ "a.txt": "" }), /clean: .*a\.txt/s],
    [
      "a branch that is not main",
      ({ git }) => git("switch", "--quiet", "-c", "other"),
      /the branch is other, expected main/,
    ],
    [
      "a branch that is behind its remote",
      ({ git }) => {
        git("commit", "--quiet", "--allow-empty", "-m", "Fix: it");
        git("push", "--quiet");
        git("reset", "--quiet", "--hard", "HEAD~1");
      },
      /main is behind origin: git pull --rebase/,
    ],
    [
      "a remote that cannot be asked",
      ({ git }) => git("remote", "set-url", "origin", "./nowhere"),
      /the remote origin cannot be asked/,
    ],
    ["a version that is not higher", () => {}, /0\.3\.0 is not above 0\.3\.0/, "0.3.0"],
    ["a version that leaves some out", () => {}, /after 0\.3\.0 comes 0\.3\.1 or 0\.4\.0/, "0.5.0"],
    [
      "a tag that is there already",
      ({ git }) => git("tag", "v0.4.0"),
      /the tag is new: there is a tag v0\.4\.0/,
    ],
    [
      "a tag that the remote has",
      ({ git }) => {
        git("tag", "v0.4.0");
        git("push", "--quiet", "origin", "v0.4.0");
        git("tag", "--delete", "v0.4.0");
      },
      /origin has a tag v0\.4\.0/,
    ],
  ];
  for (const [what, prepare, reason, version = "minor"] of CASES)
    test(what, (t) => {
      const at = repository(t);
      prepare(at);
      assertRefused(at, version, reason);
    });

  /** @type {[string, Record<string, string>, RegExp, string?][]} */
  const CONTENTS = [
    [
      "an empty section of the changelog",
      { "CHANGELOG.md": "# C\n\n## Unreleased\n\n## 0.3.0\n" },
      /"Unreleased" of CHANGELOG\.md is empty/,
    ],
    [
      "a changelog without the section",
      { "CHANGELOG.md": "# C\n\n## 0.3.0\n" },
      /"Unreleased" of CHANGELOG\.md is empty/,
    ],
    [
      "a breaking change in a patch",
      { "CHANGELOG.md": BREAKING },
      /breaking changes \(1\): expected 0\.4\.0/,
      "patch",
    ],
    ["failing tests", { "tests.js": "process.exitCode = 1;" }, /npm run test failed/],
    [
      "failing fixtures",
      { "tests.js": 'process.exitCode = Number(process.env.npm_lifecycle_event === "fixtures");' },
      /npm run fixtures failed/,
    ],
    [
      "tests that change a file",
      { "tests.js": 'require("fs").writeFileSync("left", "");' },
      /left the working tree clean: .*left/s,
    ],
    [
      "packages of two versions",
      { "cli/package.json": manifest("pocketrec-cli").replace("0.3.0", "0.2.0") },
      /pocketrec-cli is 0\.2\.0, expected 0\.3\.0/,
    ],
    [
      "a version that nobody would change",
      { "docs/a.md": "pocketrec 0.3.0 is the newest." },
      /docs\/a\.md:1: pocketrec 0\.3\.0/,
    ],
    [
      "a failing build",
      { "package.json": FILES["package.json"].replace(/"build": ".*"/, '"build": "exit 3"') },
      /npm run build failed/,
    ],
    [
      "a file that is not expected",
      { "dist/notes.txt": "mine" },
      /pocketrec: dist\/notes\.txt is not expected/,
    ],
    [
      "a large tarball",
      { "dist/large.js": `// ${noise(9000)}\n` },
      /its tarball of \d+ bytes, expected at most 5000\n.*its files of/s,
    ],
  ];
  for (const [what, files, reason, version = "minor"] of CONTENTS)
    test(what, (t) => assertRefused(repository(t, files), version, reason));

  test("a file that is missing", (t) => {
    const at = repository(t);
    at.git("rm", "--quiet", "dist/index.js");
    at.git("commit", "--quiet", "-m", "Fix: less");
    assertRefused(at, "minor", /\/\^dist.*\$\/ is missing/);
  });

  /** Nothing is changed, committed or tagged. */
  function assertRefused({ git, run }, version, reason) {
    const state = () => [git("rev-parse", "HEAD"), git("diff", "HEAD"), git("tag")];
    const before = state();
    const { code, printed } = run(version);
    assert.equal(code, 1, printed);
    assert.match(printed, /^refused: /m);
    assert.match(printed, reason);
    assert.deepEqual(state(), before);
  }
});

/** Letters that do not compress. */
function noise(length) {
  let state = 1;
  const letter = () => (state = (state * 48271) % 2147483647) % 36;
  return Array.from({ length }, () => letter().toString(36)).join("");
}

describe("which version may follow", () => {
  for (const [current, wanted, breaking, reason] of [
    ["0.3.0", "patch", 0, undefined],
    ["0.3.0", "minor", 2, undefined],
    ["0.3.0", "major", 0, undefined],
    ["0.3.0", "patch", 1, /expected 0\.4\.0/],
    ["1.2.3", "minor", 0, undefined],
    ["1.2.3", "major", 1, undefined],
    ["1.2.3", "minor", 1, /expected 2\.0\.0/],
    ["1.2.3", "2.0.0", 0, /no breaking change: expected 1\.3\.0 or 1\.2\.4/],
    ["1.2.3", "1.2.4-rc.1", 0, /prerelease/],
    ["1.2.3", "v1.2.4", 0, /is no version/],
    ["1.2.3", "newest", 0, /is no version/],
    ["1.2.3", "1.2.2", 0, /is not above/],
    ["0.9.0", "0.10.0", 0, undefined],
  ])
    test(`${wanted} after ${current} with ${breaking} breaking changes`, () => {
      const found = reasonAgainst(current, versionFor(current, wanted), breaking);
      if (reason) assert.match(found ?? "", reason);
      else assert.equal(found, undefined);
    });
});

describe("this repository", () => {
  const tracked = spawnSync("git", ["ls-files", "-z"], { encoding: "utf8" }).stdout.split("\0");
  const skip = tracked.length < 2 && "no clone of git";

  test("its changelog has the section, and a release keeps every line of it", () => {
    const text = readFileSync("CHANGELOG.md", "utf8");
    const section = unreleased(text);
    assert.ok(section, "the section Unreleased");
    const after = withRelease(text, "9.9.9", "2030-01-01");
    assert.equal(unreleased(after)?.body, "");
    assert.ok(after.includes(`## 9.9.9 - 2030-01-01\n\n${section.body}`));
  });

  test("no page or manifest names a version that a release would leave behind", { skip }, () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const files = tracked.filter((path) => path && path !== "tests/36-release.test.js");
    const known = /\.tgz|@\d|"version": |"pocketrec(-cli)?": "\^?\d/;
    const left = leftOver(".", files, version).filter((line) => !known.test(line));
    assert.deepEqual(left, []);
  });
});
