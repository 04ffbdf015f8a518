import { checkInExtension } from "../../extension.js";
import { checkList } from "../pages.js";

export default { title: "an extension of Chromium", source: "examples/extension", check };

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  await app.run("npm", ["run", "build"]);
  await checkInExtension(app, "extension", "popup.html", (page) => checkList(page));
}
