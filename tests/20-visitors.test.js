// What the demo shows five made-up visitors: docs/visitors.md is up to date, its lists suit them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import {
  ENOUGH,
  LENGTH,
  countWith,
  forAdults,
  showVisitors,
} from "../training/evaluate/visitors/lists.js";
import { pageOf } from "../training/evaluate/visitors/page.js";

/** Lists of less known films that fall short, as docs/visitors.md shows. */
const BELOW = ["GMF, Science fiction"];
const WITH_ADULTS = ["GMF"];

describe("five made-up visitors", () => {
  let all;
  before(async () => {
    all = await showVisitors();
  });

  const isPipeline = ({ model }) => model.startsWith("Two stages");
  const below = (rows, which) =>
    rows.flatMap((row) =>
      row[which].flatMap((list, at) => {
        const { name, mainGenres } = all.visitors[at];
        return countWith(list, [...mainGenres]) < ENOUGH ? [`${row.model}, ${name}`] : [];
      }),
    );

  test("like films of the catalogue, and a few genres of them", () => {
    const catalogue = JSON.parse(readFileSync("web-demo/models/catalogue.json", "utf8"));
    const titles = new Map(catalogue.map(({ id, title }) => [id, title]));
    assert.equal(all.visitors.length, 5);
    for (const { liked, genres, mainGenres, name } of all.visitors) {
      assert.ok(liked.length >= 3 && liked.length <= 6, name);
      for (const { id, title } of liked) assert.equal(titles.get(id), title);
      for (const genre of genres) assert.ok(mainGenres.has(genre), `${name}: ${genre}`);
      assert.ok(mainGenres.size <= 4, name);
      for (const wide of ["Drama", "Comedy", "Action"]) assert.ok(!mainGenres.has(wide), name);
    }
  });

  test("each list has ten films, none of them liked", () => {
    for (const { lists, fresh, model } of all.shown)
      [lists, fresh].flatMap((five) =>
        five.map((list, at) => {
          const liked = all.visitors[at].liked.map(({ id }) => id);
          const ids = new Set(list.map(({ id }) => id));
          assert.equal(ids.size, LENGTH, model);
          assert.ok(!liked.some((id) => ids.has(id)), model);
        }),
      );
  });

  test("eight of ten carry a main genre: less known first, and of the two stages as ranked", () => {
    assert.deepEqual(below(all.shown, "fresh"), BELOW);
    assert.deepEqual(below(all.shown.filter(isPipeline), "lists"), []);
    const popular = all.popular.lists.map((list, at) =>
      countWith(list, [...all.visitors[at].mainGenres]),
    );
    assert.ok(Math.max(...popular) < ENOUGH, "popularity would pass: the test says nothing");
  });

  test("children are shown no film for adults", () => {
    const children = all.visitors.findIndex(({ forChildren }) => forChildren);
    const withAdults = all.shown
      .filter(({ fresh }) => forAdults(fresh[children], all.certificateOf).length)
      .map(({ model }) => model);
    assert.deepEqual(withAdults, WITH_ADULTS);
    for (const { lists, model } of all.shown.filter(isPipeline))
      assert.deepEqual(forAdults(lists[children], all.certificateOf), [], model);
    assert.ok(forAdults(all.popular.lists[children], all.certificateOf).length >= LENGTH / 2);
  });

  test("docs/visitors.md shows these lists", async () => {
    assert.equal(readFileSync("docs/visitors.md", "utf8"), await pageOf(all));
  });
});
