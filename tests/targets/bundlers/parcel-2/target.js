import { checkBuild } from "../check-build.js";

export default { title: "Parcel 2.16.4, build", check: checkBuild() };
