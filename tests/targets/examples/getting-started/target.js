import { walkGettingStarted } from "../walk.js";

export default {
  title: "docs/getting-started.md, walked as its reader would",
  isEmpty: true,
  isQuick: true,
  check: walkGettingStarted,
};
