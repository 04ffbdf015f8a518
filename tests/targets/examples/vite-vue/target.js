import { checkPage } from "../pages.js";

export default { title: "Vue with Vite", source: "examples/vite-vue", check: checkPage };
