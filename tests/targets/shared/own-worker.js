// A worker script of the app's own, as docs/worker.md describes.
import "pocketrec/worker-thread";

globalThis.isOwnWorker = true;
