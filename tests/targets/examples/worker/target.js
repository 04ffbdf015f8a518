import { checkPage } from "../pages.js";

export default { title: "a worker with Vite", source: "examples/worker", check: checkPage };
