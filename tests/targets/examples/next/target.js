import { checkPage } from "../pages.js";

export default {
  title: "Next.js: the model in the visitor's browser",
  source: "examples/next",
  check: checkPage,
};
