import { checkVite } from "../check-vite.js";

export default {
  title: "Vite 7.3.8, dev and build",
  base: "bundlers/vite-8",
  check: checkVite,
};
