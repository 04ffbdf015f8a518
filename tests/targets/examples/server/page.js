// The page: its lists are the package's own, its weights are cached, and it outlives the server.
import assert from "node:assert/strict";

import { loadModel } from "../../../../dist/index.node.js";
import { ask } from "./ask.js";

const [LIKED, ALSO] = ["The Ninth Moon", "Cold Ink"];
const WEIGHTS = /\/models\/books\..*\.safetensors$/;
/** What the console says of the server that is not there. */
const DEAD = /ERR_CONNECTION_REFUSED/;

/**
 * @param {import("../../../../scripts/fixtures/app.js").App} app
 * @param {{ address: string, stop: () => Promise<void> }} server
 * @param {string} version
 */
export async function checkPage(app, server, version) {
  const { address } = server;
  const itemsOf = async (list) => {
    return (await ask(address, `/lists/${version}/${list}.json`)).json().items;
  };
  const [popular, space, newest] = await Promise.all(["popular", "space", "new"].map(itemsOf));
  assert.ok(space.length === 20 && space.every((item) => popular.includes(item)));

  const look = async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await shows(page, await titlesOf(popular, []), "weights: network; candidates: retrieved");

    await like(page, LIKED);
    await shows(page, await titlesOf(popular, [LIKED]), "weights: network; candidates: retrieved");
    await page.select("#lists", "space.pack");
    await shows(page, await titlesOf(space, [LIKED]), "weights: network; candidates: retrieved");

    asked.length = 0;
    await page.reload();
    await shows(page, await titlesOf(popular, []), "weights: cache; candidates: retrieved");
    assert.ok(!asked.some((url) => WEIGHTS.test(url)), "the weights were asked for again");

    await server.stop();
    await like(page, LIKED); // the browser has the list still: max-age
    await shows(page, await titlesOf(popular, [LIKED]), "weights: cache; candidates: retrieved");
    await page.select("#lists", "new.pack"); // this one it never had
    const fallback = "weights: cache; candidates: last (network)";
    await shows(page, await titlesOf(popular, [LIKED]), fallback);
    await like(page, ALSO);
    await shows(page, await titlesOf(popular, [LIKED, ALSO]), fallback);

    const port = new URL(address).port;
    const again = await app.serve(["node", "server.mjs", "--port", port], { port: Number(port) });
    await page.select("#lists", "new.json");
    const title = "weights: cache; candidates: retrieved";
    await shows(page, await titlesOf(newest, [LIKED, ALSO]), title);
    await again.stop();
  };
  await app.inChromium(address, look, { allow: DEAD });
}

/** The best five of some books for a history, by the package in this process. */
async function titlesOf(items, history) {
  const model = await loadModel("examples/first/books.safetensors");
  const user = model.user({ history });
  const list = model.rank(user, items, { topK: 5, exclude: user.items });
  model.dispose();
  return list.map(({ item }) => item);
}

const like = (page, title) =>
  page.$$eval(
    "button",
    (buttons, wanted) => buttons.find(({ innerText }) => innerText === wanted).click(),
    title,
  );

/** The page shows this list and status, at once or soon. */
async function shows(page, titles, status) {
  const read = () =>
    page.evaluate(() => ({
      titles: [...document.querySelectorAll("ol li")].map((line) => line.textContent),
      status: document.querySelector("#status").textContent,
    }));
  const isThere = (found) =>
    found.status === status && found.titles.join("\n") === titles.join("\n");
  for (let attempt = 0; attempt < 150 && !isThere(await read()); attempt++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await read(), { titles, status });
}
