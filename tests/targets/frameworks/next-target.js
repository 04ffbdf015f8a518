import { checkServerLists } from "./check-framework.js";

/**
 * A target of Next.js with one of its two bundlers.
 *
 * @param {string} title
 * @param {string} option of `next dev` and `next build`
 */
export const nextTarget = (title, option) => ({
  title: `Next.js 16.4.6 with ${title}: page, worker, route handler; dev and build`,
  base: "frameworks/next-webpack",
  minutes: 10,
  async check(app) {
    const dev = await app.serve((port) => ["npx", "next", "dev", option, "--port", port]);
    await checkApp(app, dev.address);
    await dev.stop();

    await app.run("npx", ["next", "build", option]);
    const { address } = await app.serve((port) => ["npx", "next", "start", "--port", port]);
    await checkApp(app, address);
  },
});

async function checkApp(app, address) {
  await app.checkLists(address);
  await checkServerLists(app, `${address}/api/lists`);
}
