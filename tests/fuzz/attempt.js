// One input for one reader, and what is wrong with the outcome.
import { drawsOf } from "./mutate/random.js";
import { Wrong } from "./readers/reader.js";

/** A reader may take this long, in ms of processor time: other work does not count. */
const TIME_MAX = 1000;
/** An input of some kilobytes must not take more memory than this, in bytes. */
const MEMORY_MAX = 500e6;
/** A message cuts each of its parts: names from files may be long. */
const MESSAGE_MAX = 5000;

/**
 * @typedef {object} Outcome
 * @property {string} result "read", or the code of the error
 * @property {string} [wrong] what must not be
 *
 * @param {import("./readers/reader.js").Reader} reader
 * @param {Uint8Array} bytes
 * @param {number} seed of what the reader draws
 * @returns {Promise<Outcome>}
 */
export async function attempt(reader, bytes, seed) {
  const memory = process.memoryUsage.rss();
  const start = process.cpuUsage();
  const outcome = await outcomeOf(reader, bytes, seed);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  const taken = process.memoryUsage.rss() - memory;
  if (outcome.wrong) return outcome;
  if (milliseconds > (reader.timeMax ?? TIME_MAX))
    return { ...outcome, wrong: `slow: ${Math.round(milliseconds)} ms` };
  if (taken > MEMORY_MAX) return { ...outcome, wrong: `memory: ${Math.round(taken / 1e6)} MB` };
  return outcome;
}

/** @type {(...words: Parameters<typeof attempt>) => Promise<Outcome>} */
async function outcomeOf(reader, bytes, seed) {
  try {
    await reader.read(bytes.slice(), drawsOf(seed));
    return { result: "read" };
  } catch (error) {
    if (error instanceof Wrong) return { result: "read", wrong: `wrong: ${error.message}` };
    const { name, code, message, stack } = /** @type {any} */ (error ?? {});
    if (name !== "PocketrecError") return { result: "raw", wrong: `raw error: ${stack ?? error}` };
    if (typeof code !== "string" || /[\n\r]/.test(message) || message.length > MESSAGE_MAX)
      return { result: code, wrong: `not one line: ${message}` };
    return { result: code };
  }
}
