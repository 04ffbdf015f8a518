import { nodeTarget } from "../node-target.js";

export default nodeTarget("20.20.2");
