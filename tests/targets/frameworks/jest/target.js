import { checkRunner } from "../check-runner.js";

export default {
  title: "Jest 30.5.2, ES modules in Node and in jest-fixed-jsdom 0.0.11",
  check: checkRunner,
};
