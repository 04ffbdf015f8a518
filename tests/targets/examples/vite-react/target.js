import { checkPage } from "../pages.js";

export default { title: "React with Vite", source: "examples/vite-react", check: checkPage };
