import { checkVite } from "../check-vite.js";

export default {
  title: "Vite 5.4.21, dev and build",
  base: "bundlers/vite-8",
  check: checkVite,
};
