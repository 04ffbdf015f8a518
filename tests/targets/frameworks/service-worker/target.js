import { giveBooks } from "../check-framework.js";
import { checkScope } from "../check-scope.js";

export default {
  title: "a service worker and a shared worker that rank, with Vite 8.4.0; build",
  async check(app) {
    giveBooks(app, "public");
    await app.run("npm", ["run", "build"]);
    const { address } = await app.serveFiles("dist");
    await app.inChromium(address, async (page) => {
      for (const scope of ["#service", "#shared"]) {
        const shown = await page.waitForFunction(
          (selector) => document.querySelector(selector).textContent,
          {},
          scope,
        );
        checkScope(app, JSON.parse(String(await shown.jsonValue())));
      }
    });
  },
};
