import { checkVite } from "../check-vite.js";

export default {
  title: "Vite 6.4.6, dev and build",
  base: "bundlers/vite-8",
  check: checkVite,
};
