import { nodeTarget } from "../node-target.js";

export default nodeTarget("22.23.3");
