import { newerNode } from "../../node-program.js";
import { checkServerLists, giveBooks } from "../check-framework.js";

export default {
  title: "Nuxt 4.5.2: page, worker, server route; build",
  minutes: 10,
  async check(app) {
    giveBooks(app, "public");
    const env = await newerNode();
    await app.run("npm", ["run", "build"], { env });
    const command = (port) => ["env", `PORT=${port}`, "npm", "run", "start"];
    const { address } = await app.serve(command, { env });
    await app.checkLists(address);
    await checkServerLists(app, `${address}/api/lists`);
  },
};
