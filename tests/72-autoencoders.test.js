// The numbers that the page draws inside autoencoders are the package's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";

import { rowOf } from "../cli/convert/forward/dense.js";
import { corrupt, loadModel } from "../dist/index.node.js";
import { insidesOf } from "../web-demo/page/models/read-insides.js";
import {
  decode,
  encode,
  encoderColumn,
  spokenFor,
  strongest,
  termsOf,
} from "../web-demo/page/sections/autoencoders/network.js";
import {
  groupOf,
  mapOf,
  nearest,
  standsOut,
  towards,
} from "../web-demo/page/sections/autoencoders/film-map.js";
import { inward, outward, shownNumbers } from "../web-demo/page/sections/autoencoders/lit.js";
import { parseLook, pathTo } from "../web-demo/page/sections/autoencoders/look.js";
import { KINDS, withNoise } from "../web-demo/page/sections/autoencoders/noise.js";
import { PRESETS } from "../web-demo/page/state/presets.js";

const FOLDER = new URL("../web-demo/models/", import.meta.url);
const MIXED = [
  [260, 5],
  [1240, 2],
  [2571, 3],
  [1, 1],
  [999999999, 5], // not in the catalogue
];
const HISTORIES = [...PRESETS.map((preset) => preset.ratings), MIXED].map((ratings) =>
  ratings.map(([item, rating]) => ({ item, rating })),
);

const sum = (values) => values.reduce((total, value) => total + value, 0);

function assertNear(found, expected, what) {
  for (let k = 0; k < expected.length; k += 1) {
    const room = 1e-4 * Math.max(1e-2, Math.abs(expected[k]));
    assert.ok(
      Math.abs(found[k] - expected[k]) <= room,
      `${what} ${k}: ${found[k]}, ${expected[k]}`,
    );
  }
}

async function open(name) {
  const bytes = new Uint8Array(await readFile(new URL(`${name}.safetensors`, FOLDER)));
  return { model: await loadModel(bytes), insides: insidesOf(bytes) };
}

for (const name of ["ae", "dae", "mult-dae", "cdae", "autorec"]) {
  describe(name, () => {
    let model;
    let insides;
    before(async () => ({ model, insides } = await open(name)));

    test("the code is the package's vector, the decoded scores its raw scores", () => {
      for (const history of HISTORIES) {
        const user = model.user({ history });
        const { code } = encode(insides, history);
        assertNear(code, user.vector, "code");
        assertNear(
          decode(insides, code),
          model.score(user, insides.items, { raw: true }),
          "raw score",
        );
      }
    });

    test("the terms of a number of the code sum up to it, those of a film to its score", () => {
      for (const history of HISTORIES) {
        const { inputs, terms, bias, node, sums, code } = encode(insides, history);
        const user = model.user({ history });
        for (const k of [0, 37, 95]) {
          const total = bias[k] + (node?.[k] ?? 0) + sum(terms.map((term) => term[k]));
          assertNear([total, Math.tanh(total)], [sums[k], user.vector[k]], "number");
          const first = encoderColumn(insides, inputs[0].row);
          assertNear([terms[0][k]], [inputs[0].x * first[k]], "term");
        }
        for (const row of [0, 1000, 3649]) {
          const film = termsOf(insides, code, row);
          const [raw] = model.score(user, [insides.items[row]], { raw: true });
          assertNear([film.bias + sum(film.terms)], [raw], "film");
        }
      }
    });
  });
}

describe("what is pointed at", () => {
  let run;
  before(async () => {
    const { model, insides } = await open("dae");
    const [history] = HISTORIES;
    const user = model.user({ history });
    const list = model.recommend(user, { topK: 10, exclude: history.map(itemOf) });
    const raw = model.score(user, list.map(itemOf), { raw: true });
    const effects = list.map(
      ({ item }) => new Map(model.explain(user, item).map((one) => [one.item, one.effect])),
    );
    run = { insides, encoding: encode(insides, history), list, raw, effects };
  });

  test("a film of the history: its terms, and what the scores lose without it", () => {
    const { code, outputs } = shownNumbers(run, { part: "input", index: 2 });
    assert.equal(code, run.encoding.terms[2]);
    const { item } = HISTORIES[0][2];
    assert.deepEqual(
      outputs,
      run.effects.map((effect) => effect.get(item)),
    );
  });

  test("a number of the code: what makes it, and what it adds to the scores", () => {
    const k = strongest(run.encoding.code, 1)[0];
    const { inputs, outputs } = shownNumbers(run, { part: "code", index: k });
    const { bias, sums } = run.encoding;
    assertNear([sum(inputs) + bias[k]], [sums[k]], "sum");
    const film = termsOf(run.insides, run.encoding.code, run.insides.rowOf(run.list[3].item));
    assert.equal(outputs[3], film.terms[k]);
    for (const { from, to } of inward(run, { part: "code", index: k }, { first: 0, columns: 6 }))
      assert.ok(from < HISTORIES[0].length && to === Math.floor(k / 6));
  });

  test("a film of the list: its terms sum up to its score, each linked to it alone", () => {
    const lit = { part: "output", index: 4 };
    const { code } = shownNumbers(run, lit);
    const { bias } = termsOf(run.insides, code, run.insides.rowOf(run.list[4].item));
    assertNear([bias + sum(code)], [run.raw[4]], "score");
    const links = outward(run, lit, { columns: 6 });
    assert.ok(links.length > 0 && links.every(({ to }) => to === 4));
  });
});

describe("the node of CDAE", () => {
  test("a code with the whole node gives the list of the history", async () => {
    const { model, insides } = await open("cdae");
    const [history] = HISTORIES;
    const { code } = encode(insides, history, 1);
    const list = (user) => model.recommend(user, { topK: 50 }).map(({ item }) => item);
    const vector = Float32Array.from(code);
    assert.deepEqual(list(model.user({ vector })), list(model.user({ history })));
  });

  test("without it the code is what the history and the bias give", async () => {
    const { insides } = await open("cdae");
    const { sums, bias, terms } = encode(insides, HISTORIES[0], 0);
    assertNear(
      sums,
      Array.from(bias, (value, k) => value + sum(terms.map((term) => term[k]))),
      "sum",
    );
  });
});

describe("I-AutoRec", () => {
  test("a film's code times the user's row, its bias and the shift are the score", async () => {
    const { model, insides } = await open("autorec-item");
    for (const history of HISTORIES) {
      const { vector } = model.user({ history });
      const row = insides.rowOf(318);
      const code = rowOf(insides.tensors.get("item.code"), row);
      const raw = sum(code.map((value, k) => value * vector[k])) + vector.at(-1);
      const user = model.user({ history });
      assertNear([raw], model.score(user, [318], { raw: true }), "raw");
      const score = Math.min(5, Math.max(0.5, raw + insides.info.input.shift));
      assertNear([score], model.score(user, [318]), "score");
    }
  });
});

describe("what a number of the code speaks for", () => {
  test("the films with the largest and the smallest weight", async () => {
    const { insides } = await open("dae");
    const { shape, values } = insides.tensors.get("decoder.0.weight");
    const { above, below } = spokenFor(insides, 37, 5);
    const column = insides.items.map((_, row) => values[row * shape[1] + 37]);
    assert.equal(above[0].score, Math.max(...column));
    assert.equal(below[0].score, Math.min(...column));
    assert.equal(column[insides.rowOf(above[4].item)], above[4].score);
  });

  test("strongest gives indices by magnitude", () => {
    assert.deepEqual(strongest([1, -3, 2, 0], 3), [1, 2, 0]);
  });
});

describe("noise", () => {
  test("is that of the package, on the models' scale", async () => {
    const { model } = await open("dae");
    for (const kind of Object.keys(KINDS)) {
      const { initial: q } = KINDS[kind];
      const { minimum, maximum } = model.info.rating;
      assert.deepEqual(
        withNoise(HISTORIES[0], { kind, q, seed: 3 }),
        corrupt(HISTORIES[0], { kind, q, seed: 3, rating: { minimum, maximum } }),
      );
    }
  });

  test("leaves the lists of AE and DAE much alike, as the page says", async () => {
    const [some, much] = [await keptOf(0.3), await keptOf(0.6)];
    for (const kept of [some.ae, some.dae]) assert.ok(kept > 8 && kept < 9.5, String(kept));
    for (const kept of [much.ae, much.dae]) assert.ok(kept < 7.5, String(kept));
    for (const { ae, dae } of [some, much]) assert.ok(Math.abs(dae - ae) < 0.5, `${ae}, ${dae}`);
  });
});

/** The films of ten that stay when a share is hidden, the mean over the presets and 20 draws. */
async function keptOf(q) {
  const kept = {};
  for (const name of ["ae", "dae"]) {
    const { model } = await open(name);
    const counts = PRESETS.flatMap((_, index) => {
      const history = HISTORIES[index];
      const exclude = history.map(({ item }) => item);
      const list = (read) =>
        model.recommend(model.user({ history: read }), { topK: 10, exclude }).map(itemOf);
      const clean = new Set(list(history));
      return Array.from({ length: 20 }, (_unused, draw) => {
        const noisy = list(withNoise(history, { kind: "mask", q, seed: draw + 1 }));
        return noisy.filter((item) => clean.has(item)).length;
      });
    });
    kept[name] = sum(counts) / counts.length;
  }
  return kept;
}

describe("the map", () => {
  const filmOf = (item) => catalogue.get(item);
  let catalogue;
  let insides;
  let map;
  before(async () => {
    const read = async (name) => JSON.parse(await readFile(new URL(name, FOLDER), "utf8"));
    catalogue = new Map((await read("catalogue.json")).map((film) => [film.id, film]));
    ({ insides } = await open("dae"));
    const { x, y } = await read("map.json");
    map = mapOf(insides.items, x, y, filmOf);
  });

  test("has the films in the order of the model's rows: near on the map, near in the model", () => {
    const weight = insides.tensors.get("decoder.0.weight");
    const cosine = (one, other) => {
      const [a, b] = [one, other].map((item) => rowOf(weight, insides.rowOf(item)));
      const product = sum(a.map((value, k) => value * b[k]));
      return product / Math.hypot(...a) / Math.hypot(...b);
    };
    const some = map.places.filter((_, row) => row % 50 === 0);
    const near = some.map((place) => cosine(place.item, nearest(map.places, place, 2)[1].item));
    const far = some.map((place, at) => cosine(place.item, some.at(at - 1).item));
    const [mean, meanFar] = [near, far].map((values) => sum(values) / values.length);
    assert.ok(mean > meanFar + 0.2, `${mean}, ${meanFar}`);
  });

  test("says which genres are around a history", () => {
    const around = (index) =>
      HISTORIES[index].flatMap(({ item }) => nearest(map.places, map.placeOf.get(item), 50));
    assert.equal(standsOut(around(0), map.places).group, "scifi");
    assert.equal(standsOut(around(1), map.places).group, "children");
    const { group, everywhere } = standsOut(around(0), map.places);
    const films = map.places.filter((place) => place.group === group);
    assert.equal(everywhere, (100 * films.length) / map.places.length);
  });

  test("colours a film by the first group that fits", () => {
    assert.equal(groupOf(["Comedy", "Animation"]), "children");
    assert.equal(groupOf(["Drama", "Thriller"]), "crime");
    assert.equal(groupOf(["Musical"]), undefined);
  });

  test("arrow keys go to the nearest film in their direction, or nowhere", () => {
    const places = [
      [0, 0],
      [10, 2],
      [3, 9],
      [40, 0],
    ].map(([x, y], item) => ({ item, x, y }));
    assert.equal(towards(places, places[0], "ArrowRight").item, 1);
    assert.equal(towards(places, places[0], "ArrowDown").item, 2);
    assert.equal(towards(places, places[0], "ArrowLeft").item, 0);
    assert.equal(towards(places, places[0], "Tab"), undefined);
  });
});

describe("where one looks", () => {
  const network = { width: 96, inputs: new Set([260]), films: new Set([1198]) };
  const levelOf = (text) => parseLook(text, network).level;

  test("is read from the address, and what this network lacks is the overview", () => {
    const levels = {
      overview: "overview",
      encoder: "encoder",
      "code.95": "code",
      "code.95.260": "code-term",
      "film.1198": "film",
      "film.1198.3": "film-term",
      "code.96": "overview",
      "code.-1": "overview",
      "code.3.1198": "overview",
      "film.260": "overview",
      "film.1198.x": "overview",
      nonsense: "overview",
    };
    for (const [text, level] of Object.entries(levels)) assert.equal(levelOf(text), level, text);
  });

  test("has a way back", () => {
    assert.deepEqual(pathTo(parseLook("code.95.260", network)), [
      "overview",
      "encoder",
      "code.95",
      "code.95.260",
    ]);
    assert.deepEqual(pathTo(parseLook("film.1198", network)), ["overview", "decoder", "film.1198"]);
  });
});

function itemOf({ item }) {
  return item;
}
