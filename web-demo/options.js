/**
 * The command line of the demo. Imports nothing that has to be installed first: scripts/start.js
 * reads it early.
 */
import { parseArgs } from "node:util";

export const DEFAULT_PORT = 8080;

export const USAGE = `Usage: npm start -- [options]

Serves pocketrec's demo, and ranks one list itself as a sign of life.

  --port NUMBER   port to listen on (default ${DEFAULT_PORT}, or the next free one; 0 lets the system choose)
  --host NAME     address to listen on (default 127.0.0.1, this machine only)
  --help          this text`;

/**
 * @param {string[]} words what follows the script's name
 * @returns {{ port?: number, host: string, help: boolean }}
 * @throws {Error} with a message for whoever typed them
 */
export function readOptions(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      help: { type: "boolean", default: false },
    },
  });
  const { port, host, help } = /** @type {{ port?: string, host: string, help: boolean }} */ (
    values
  );
  if (port === undefined) return { host, help };
  if (!/^\d+$/.test(port) || Number(port) > 65535) {
    throw new Error(`--port has to be a number from 0 to 65535, and is "${port}"`);
  }
  return { port: Number(port), host, help };
}
