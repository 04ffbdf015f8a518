import { checkVite } from "../check-vite.js";

export default { title: "Vite 8.4.0, dev and build", isQuick: true, check: checkVite };
