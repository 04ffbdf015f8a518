// Exported histories and stored ones. An import never lowers what was spent; the total stays a
// number; a damaged file opens with what it held or a beginning of it, or not at all.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { openHistory } from "pocketrec/history";

import { History } from "../../../js/history/history.js";
import { MemoryStore } from "../../../js/history/memory-store.js";
import { mutateBytes } from "../mutate/bytes.js";
import { mutateJson } from "../mutate/json.js";
import { bytesOf, mustHold, textOf } from "./reader.js";

const EXPORT = {
  format: 1,
  kind: "pocketrec-history",
  interactions: [
    { item: 318, rating: 5, time: 1_600_000_000_000 },
    { item: "tt0111161", time: 1_600_000_000_001 },
    { item: 7, rating: 0.5, time: 1_600_000_000_002 },
  ],
  ledger: [
    { mechanism: "private-query", epsilon: 0.5, delta: 0, id: "a1", time: 1_600_000_000_000 },
    { mechanism: "private-query", epsilon: 0.25, delta: 1e-6, id: "a2", time: 1_600_000_000_003 },
  ],
};

const BUDGET = { epsilon: 1, delta: 1e-5 };
const isRefused = (error) => error?.name === "PocketrecError";

/** A ledger of sound entries, whatever was imported. */
function assertSoundLedger(history) {
  const { epsilon, delta, queries } = history.spent;
  for (const [name, value] of Object.entries({ epsilon, delta, queries }))
    mustHold(
      typeof value === "number" && value >= 0 && value < Infinity,
      `${name} spent: ${value}`,
    );
  for (const { item, time, rating } of history) {
    mustHold(typeof item === "string" || Number.isFinite(item), "an item id");
    mustHold(Number.isFinite(time), "a time");
    mustHold(rating === undefined || Number.isFinite(rating), "a rating");
  }
}

/** @type {import("./reader.js").Reader} */
export const imports = {
  seeds: () => [bytesOf(JSON.stringify(EXPORT))],
  mutate: (seed, draws) =>
    draws.once(4) ? mutateBytes(seed, draws) : bytesOf(mutateJson(EXPORT, draws)),
  async read(bytes, draws) {
    const history = await History.open((limit) => new MemoryStore(limit), { budget: BUDGET });
    const store = new MemoryStore(100);
    await store.write({ expenses: EXPORT.ledger.slice(0, 1) });
    const spent = await History.open(() => store, { budget: BUDGET });
    for (const one of [history, spent]) {
      const before = one.spent;
      const text = textOf(bytes);
      try {
        await one.import(draws.once(2) ? text : parsed(text));
      } catch (error) {
        mustHold(isRefused(error), `a raw error: ${error}`);
        mustHold(JSON.stringify(one.spent) === JSON.stringify(before), "nothing imported");
        mustHold(one.interactionCount === 0, "nothing imported");
      }
      assertSoundLedger(one);
      mustHold(one.spent.epsilon >= before.epsilon, "an import that lowers what was spent");
      mustHold(one.spent.delta >= before.delta, "an import that lowers what was spent");
      await one.import(one.export());
    }
  },
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The interactions and the ledger, as one text each. */
const contentOf = (history) => ({
  items: history.list().map((one) => JSON.stringify(one)),
  ledger: history.ledger.map((one) => JSON.stringify(one)),
});

/** The files of a folder as one input: their names and bytes. */
const packed = (folder) =>
  bytesOf(
    JSON.stringify(
      readdirSync(folder, { recursive: true })
        .filter((name) => statSync(join(folder, name)).isFile())
        .map((name) => [name, readFileSync(join(folder, name), "latin1")]),
    ),
  );

let root;
let number = 0;
/** What each seed held, step by step. @type {{ items: string[], ledger: string[] }[][]} */
const STATES = [];

async function stored(changes) {
  const folder = join(root, `seed-${number++}`);
  const history = await openHistory("h", { folder, budget: { epsilon: 9, delta: 1e-3 } });
  const states = [{ items: [], ledger: [] }];
  for (const change of changes) {
    await change(history);
    states.push(contentOf(history));
  }
  history.close();
  STATES.push(states);
  return packed(folder);
}

const add = (item, rating) => (history) => history.add({ item, rating, time: 1.6e12 + rating });
const spend = (epsilon) => (history) => history.spend({ mechanism: "m", epsilon, delta: 0 });

/** @type {import("./reader.js").Reader} */
export const histories = {
  async seeds() {
    root ??= mkdtempSync(join(tmpdir(), "pocketrec-fuzz-"));
    return [
      await stored([add(1, 5), spend(0.5), add("b", 4), add(3, 3), spend(0.25)]),
      await stored([add(7, 2), (history) => history.remove(7), add(8, 1), spend(1)]),
      await stored([(history) => history.import(EXPORT), add(9, 2)]),
    ];
  },
  mutate(seed, draws, other) {
    const files = JSON.parse(textOf(seed));
    const at = draws.below(files.length);
    const [, content] = files[at];
    const others = JSON.parse(textOf(other));
    const bytes = mutateBytes(
      Buffer.from(content, "latin1"),
      draws,
      Buffer.from(draws.pick(others)[1], "latin1"),
    );
    files[at][1] = Buffer.from(bytes).toString("latin1");
    return bytesOf(JSON.stringify(files));
  },
  async read(bytes) {
    const folder = join(root, `case-${number++ % 50}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, content] of JSON.parse(textOf(bytes))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content, "latin1");
    }
    const history = await openHistory("h", { folder, budget: { epsilon: 9, delta: 1e-3 } });
    try {
      assertSoundLedger(history);
      const found = contentOf(history);
      const isKnown = STATES.some((states) =>
        states.some((state) => JSON.stringify(state) === JSON.stringify(found)),
      );
      mustHold(isKnown, `a damaged file opened with another content: ${JSON.stringify(found)}`);
    } finally {
      history.close();
    }
  },
  end: () => root && rmSync(root, { recursive: true, force: true }),
};
