/**
 * The demo's command line. It imports no package: scripts/start.js reads it before installing.
 */
import { parseArgs } from "node:util";

export const DEFAULT_PORT = 8080;

export const USAGE = `Usage: npm start -- [options]

Serves pocketrec's demo, and prints one ranked list as a check.

  --port NUMBER   port to listen on (default ${DEFAULT_PORT} or the next free one; 0: any free one)
  --host NAME     address to listen on (default 127.0.0.1, this machine only)
  --help          this text`;

/**
 * @param {string[]} words the arguments
 * @returns {{ port?: number, host: string, help: boolean }}
 * @throws {Error} with a message for the user of the command
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
    throw new Error(`--port must be a number from 0 to 65535, not "${port}"`);
  }
  return { port: Number(port), host, help };
}
