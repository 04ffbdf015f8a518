// Import maps do not reach workers, so this names the file.
import "https://cdn.example/npm/pocketrec@0/dist/worker-thread.js";

globalThis.isOwnWorker = true;
