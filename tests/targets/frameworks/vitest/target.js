import { checkRunner } from "../check-runner.js";

export default { title: "Vitest 5.1.2, in Node and in jsdom 31.0.1", check: checkRunner };
