import { checkList, startExample } from "../pages.js";

export default {
  title: "a page without a network after one visit",
  source: "examples/offline",
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const server = await startExample(app);
  await app.inChromium(server.address, async (page) => {
    await checkList(page);
    await server.stop();
    await page.reload();
    await checkList(page);
  });
}
