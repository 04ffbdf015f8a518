import { checkPage } from "../pages.js";

export default { title: "a page without a bundler", source: "examples/page", check: checkPage };
