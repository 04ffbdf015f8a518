import { nodeTarget } from "../node-target.js";

export default nodeTarget("24.21.0", { isQuick: true });
