/**
 * What LanceDB throws: errors without a code, whose text has the causes of several layers (LanceDB,
 * Lance, DataFusion, the object store).
 *
 * @import { Explanation } from "../engine.js"
 */

const MISSING = /^Table '.*' was not found/s;
const GONE = /Not found: /;
const NOT_ALLOWED =
  /\b40[13]\b|lacked the necessary privileges|unauthenticated|credential|AccessDenied/i;
const TIMEOUT = /timed? ?out/i;
const UNREACHABLE = /error sending request|Error performing|Generic \S+ error|dns error/;
const CONFLICT = /conflict|concurrent/i;
const WRONG_REQUEST = /Schema error|sql parser error|Error parsing|type_coercion/;
const INVALID = /Invalid (user )?input/;

/** Places in LanceDB's sources, which say nothing to an app. */
const PLACES = /,? ?\/\S+\.rs:\d+:\d+/g;
const LENGTH = 300;

/** @param {unknown} error */
export const isMissing = (error) => MISSING.test(textOf(error));

/**
 * @param {unknown} error
 * @returns {Explanation}
 */
export function explain(error) {
  const text = textOf(error);
  const found = text.split("Caused by", 1)[0].replaceAll(PLACES, "").trim().slice(0, LENGTH);
  if (WRONG_REQUEST.test(text)) return { code: "bad-argument", found }; // it quotes the request
  if (NOT_ALLOWED.test(text))
    return { code: "not-allowed", found, hint: "Check storageOptions of the connection." };
  if (UNREACHABLE.test(text) && !MISSING.test(text))
    return { code: "network", found, hint: "Can the storage be reached?", isTransient: true };
  if (MISSING.test(text) || GONE.test(text))
    return { code: "not-found", found, hint: "Was it dropped or renamed? Make it and fill it." };
  if (TIMEOUT.test(text)) return { code: "timeout", found, isTransient: true };
  if (INVALID.test(text)) return { code: "bad-argument", found };
  return { code: "engine", found, isTransient: CONFLICT.test(text) };
}

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));
