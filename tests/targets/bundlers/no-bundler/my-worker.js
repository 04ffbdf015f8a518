// Import maps do not reach workers, so this names the file.
import "./node_modules/pocketrec/dist/worker-thread.js";

globalThis.isOwnWorker = true;
