// What a message shows of values and of names that others chose: short, in one line, in a time that
// does not depend on their size, whatever they do when they are read.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { show } from "../js/common/errors.js";
import { plain } from "../js/common/text.js";
import { assertOneLine, HOSTILE } from "./lib/hostile-text.js";

/** A list in a list, and so on. */
function nested(depth) {
  let value = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

const thrower = () => {
  throw new Error("read");
};
const circle = {};
circle.itself = circle;

describe("show", () => {
  const SHOWN = [
    ["text", '"text"'],
    [-0.5, "-0.5"],
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [12n, "a bigint"],
    [Symbol("s"), "a symbol"],
    [[2, 3], "[2,3]"],
    [{ item: 7, ratings: [1, null] }, '{"item":7,"ratings":[1,null]}'],
    [new Float32Array(9), "[object Float32Array]"],
    [new Map(), "[object Map]"],
  ];
  for (const [value, text] of SHOWN) test(text, () => assert.equal(show(value), text));

  // Each took seconds, or threw, when all of it was made into a string first.
  const HARD = {
    "two million bytes": { data: new Uint8Array(2e6) },
    "a list of a million": new Array(1e6).fill(1),
    "a list of 2^32 - 1 holes": new Array(2 ** 32 - 1),
    "a list that is 60,000 deep": nested(60_000),
    "a string of 10 MB": "x".repeat(1e7),
    "a large bigint": 1n << 4_000_000n,
    "a function of 10 MB": new Function(`/*${"x".repeat(1e7)}*/`),
    "a getter that throws": {
      get item() {
        return thrower();
      },
    },
    "a toJSON that throws": { toJSON: thrower },
    "a toJSON that never ends": {
      toJSON: () => {
        for (;;);
      },
    },
    "a toString that throws": Object.assign(Object.create(null), { toString: thrower }),
    "a tag that throws": {
      get [Symbol.toStringTag]() {
        return thrower();
      },
    },
    "a tag of 10 MB": { [Symbol.toStringTag]: "x".repeat(1e7) },
    "a key of 10 MB": { ["k".repeat(1e7)]: 1 },
    "a proxy that throws": new Proxy([], { get: thrower }),
    "a proxy without an end": new Proxy([], { get: () => Infinity }),
    "a circle": circle,
  };
  for (const [title, value] of Object.entries(HARD))
    test(title, () => {
      const since = performance.now();
      const text = show(value);
      assert.ok(text.length <= 80 && text.length > 0, text);
      // 1,000 times what it takes, so that a slow machine does not matter.
      assert.ok(performance.now() - since < 300);
    });

  test("a revoked proxy", () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    assert.equal(show(proxy), "an object that cannot be read");
  });

  test("loadModel of an object with much in it fails at once", async () => {
    const since = performance.now();
    await assert.rejects(loadModel({ data: new Uint8Array(2e6) }), { code: "bad-argument" });
    assert.ok(performance.now() - since < 500);
  });
});

describe("text of others", () => {
  test("ordinary names stay as they are", () => {
    const names = 'gmf.item Amélie 東京物語 العربية 👍 a\\b "c" d\u00a0e';
    assert.equal(plain(names), names);
  });

  for (const [title, text] of Object.entries(HOSTILE))
    test(`${title} in an error's message`, () => {
      const { message } = new PocketrecError("bad-shape", text, text, text, { hint: text });
      assertOneLine(message);
      assert.ok(message.includes("\\u"), message);
      assert.equal(plain(message), message);
    });

  test("JSON stays JSON of the same value", () => {
    const all = Object.values(HOSTILE).join("");
    const json = plain(JSON.stringify({ [all]: all }));
    assertOneLine(json);
    assert.deepEqual(JSON.parse(json), { [all]: all });
  });

  test("a name of a megabyte does not fill the screen", () => {
    const long = "n".repeat(1e6);
    const { message } = new PocketrecError("bad-shape", long, long, long, { hint: long });
    assert.ok(message.length < 5000);
  });
});
