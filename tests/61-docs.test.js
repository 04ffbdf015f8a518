// The guides for PyTorch, RecBole, Keras and ONNX: every script and every command in them, run in
// order; then the commands of README.md and docs/getting-started.md on files of the same kind.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { pythonWith } from "./lib/frameworks.js";
import { FRAMEWORKS, blocksFor } from "./lib/page-blocks.js";
import { normal, uniform } from "./lib/random.js";
import { launch, noChromium } from "./lib/browsers.js";

const run = promisify(execFile);

const PAGES = {
  "from-pytorch": pythonWith("PyTorch", "import torch"),
  "from-onnx": pythonWith("PyTorch 1", 'import torch; assert torch.__version__ < "2"'),
  "from-recbole": pythonWith(
    "RecBole",
    `import torch, numpy, recbole.config, recbole.data, recbole.trainer
assert numpy.__version__ < "2"`,
  ),
  "from-keras": pythonWith("PyTorch and h5py", "import torch, numpy, h5py"),
};

/** Blocks of other pages that take files of the same kind, once the page's own are written. */
const ALIKE = { "from-pytorch": ["README.md", "docs/getting-started.md"] };
const NAMES = {
  "neumf.pth": "model.pth",
  "items.txt": "ids.txt",
  "neumf-expect.csv": "scores.csv",
};

/** Blocks that need Keras itself: its script, and the commands on the files that it saves. */
const NEEDS_KERAS = /^import keras$|\bmlp\.(keras|weights\.h5)\b/m;
const keras = pythonWith("Keras", "import keras, numpy");

for (const [page, { skip, python }] of Object.entries(PAGES)) {
  test(`docs/${page}.md`, { skip }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "pocketrec-docs-"));
    t.after(() => rmSync(folder, { recursive: true }));
    await prepare(folder, page, python);
    const blocks = blocksFor(FRAMEWORKS, `docs/${page}.md`);
    assert.ok(blocks.some(({ language }) => language === "sh"));
    for (const other of ALIKE[page] ?? []) blocks.push(...blocksFor(FRAMEWORKS, other));
    for (const { language, text, title } of blocks) {
      const needsKeras = NEEDS_KERAS.test(text);
      const own = needsKeras ? keras.python : python;
      const without = (language === "html" && noChromium) || (needsKeras && keras.skip);
      await t.test(title, { skip: without }, (t) => RUNNERS[language](folder, text, own, t));
    }
  });
}

const RUNNERS = {
  python: async (folder, text, python) => {
    const name = text.match(/^# (\w+\.py)$/m)?.[1] ?? assert.fail("a script without a name");
    writeFileSync(join(folder, name), text);
    await run(python, ["-B", name], { cwd: folder, env: { ...process.env, OMP_NUM_THREADS: "1" } });
    for (const [from, to] of Object.entries(NAMES))
      if (existsSync(join(folder, from))) copyFileSync(join(folder, from), join(folder, to));
  },
  sh: async (folder, text) => {
    const { stdout } = await run("bash", ["-e", "-c", text], {
      cwd: folder,
      env: { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` },
    });
    assert.ok(stdout.length > 0);
  },
  js: async (folder, text) => {
    writeFileSync(join(folder, "page.mjs"), text);
    const { stdout } = await run(process.execPath, ["page.mjs"], { cwd: folder });
    assert.match(stdout, /item.*score/);
  },
  html: async (folder, text, python, t) => {
    writeFileSync(join(folder, "index.html"), text);
    const address = await serve(folder, python, t);
    const browser = await launch();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const requested = [];
    const errors = [];
    page.on("request", (request) => requested.push(`${request.method()} ${request.url()}`));
    page.on("pageerror", (error) => errors.push(error.message));
    const shown = async (without = "") => {
      await page.waitForFunction(
        (item) => {
          const names = [...document.querySelectorAll("button")].map((button) => button.innerText);
          return names.length === 5 && !names.includes(item);
        },
        {},
        without,
      );
      return page.$$eval("button", (buttons) => buttons.map((button) => button.innerText));
    };
    await page.goto(address);
    const [liked] = await shown();
    const before = requested.length;
    await page.click("button");
    const after = await shown(liked);
    assert.equal(requested.length, before, "pressing a button sends no request");
    await page.reload();
    assert.deepEqual(await shown(liked), after);
    assert.ok(
      requested.every((one) => one.startsWith(`GET ${address}`)),
      requested.join("\n"),
    );
    assert.deepEqual(errors, []);
  },
  json: (_folder, text) => assert.ok(JSON.parse(text)),
};

/** Serves the folder with Python's static file server: the URL. */
async function serve(folder, python, t) {
  const server = spawn(python, ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  t.after(() => server.kill());
  for await (const line of createInterface(server.stdout)) {
    const port = line.match(/port (\d+)/)?.[1];
    if (port) return `http://127.0.0.1:${port}/`;
  }
  assert.fail("the static file server did not start");
}

/** Prepares what a reader of the page has: npx, the package, and ratings or model files. */
async function prepare(folder, page, python) {
  mkdirSync(join(folder, "bin"));
  writeFileSync(
    join(folder, "bin/npx"),
    `#!/bin/sh
[ "$1" = pocketrec-cli ] || exit 9
shift
exec "${process.execPath}" "${resolve("cli/dist/main.js")}" "$@"
`,
  );
  chmodSync(join(folder, "bin/npx"), 0o755);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules/pocketrec"), "dir");
  if (page === "from-pytorch") writeFileSync(join(folder, "ratings.csv"), ratings());
  if (page === "from-keras") await kerasFiles(folder, python);
}

/** Ratings of 200 users, who like the items near them. */
function ratings() {
  const draw = uniform(5);
  const next = normal(6);
  const lines = ["user,item,rating"];
  for (let user = 0; user < 200; user++) {
    const items = new Set(
      Array.from({ length: 25 }, () => Math.abs(Math.round(user / 3 + 8 * next())) % 80),
    );
    for (const item of items) lines.push(`u${user},i${item},${1 + Math.floor(5 * draw())}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The model files and the test set of the NCF authors, in small. */
async function kerasFiles(folder, python) {
  await run(python, ["-B", resolve("tests/frameworks/keras_layout.py"), folder]);
  const { users, items } = JSON.parse(readFileSync(join(folder, "GMF.keras_1.h5.json"), "utf8"));
  const draw = uniform(9);
  for (const model of ["GMF", "MLP"])
    writeFileSync(join(folder, `${model}.h5`), readFileSync(join(folder, `${model}.keras_1.h5`)));
  mkdirSync(join(folder, "ml-1m"));
  const rows = Array.from({ length: users }, (_, user) => user);
  const some = () => Math.floor(draw() * items);
  writeFileSync(
    join(folder, "ml-1m/ml-1m.test.rating"),
    rows.map((user) => `${user}\t${user % items}\t5\t1`).join("\n"),
  );
  writeFileSync(
    join(folder, "ml-1m/ml-1m.test.negative"),
    rows
      .map((user) => [`(${user},${user % items})`, ...Array.from({ length: 20 }, some)].join("\t"))
      .join("\n"),
  );
  writeFileSync(
    join(folder, "ml-1m/ml-1m.train.rating"),
    rows
      .flatMap((user) => [some(), some(), some()].map((item) => `${user}\t${item}\t4\t1`))
      .join("\n"),
  );
}
