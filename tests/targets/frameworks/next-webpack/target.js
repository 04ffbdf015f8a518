import { nextTarget } from "../next-target.js";

export default nextTarget("webpack", "--webpack");
