import { checkPage } from "../pages.js";

export default { title: "Svelte with Vite", source: "examples/vite-svelte", check: checkPage };
