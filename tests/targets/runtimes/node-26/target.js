import { nodeTarget } from "../node-target.js";

export default nodeTarget("26.10.0");
