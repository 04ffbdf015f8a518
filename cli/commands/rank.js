import { PocketrecError, show } from "../../js/common/errors.js";
import { readBytes, withPath } from "../convert/files.js";
import { readItemIndex } from "../../js/file/item-ids.js";
import { readSafetensors } from "../../js/file/safetensors.js";
import { loadModel } from "../convert/load-model.js";
import { paragraph, parseJson, renamedOption, whole } from "./options.js";
import { readCandidates, readUsers } from "./rank-input.js";
import { note, say, sayJson, table } from "./terminal.js";

/** Unknown items are listed up to this number. */
const LISTED_MAX = 10;

const TEXTS = {
  description: paragraph(`Ranks candidates, or the whole catalogue, for a user with a history. Items
    of the history are not recommended.`),
  history: paragraph(`the user's interactions, oldest first: "318,296,593", or with ratings
    "318:5,296:3.5"; or a file: JSON (a list of items or of { "item", "rating" }), or one user per
    line (.jsonl), also as { "history", "features", "user" }`),
  features: `user features that the file's schema asks for, as JSON: '{ "search": ["noir"] }'`,
  candidates: paragraph(`items to rank, in the form of --history, or a file with one per line
    (default: the catalogue)`),
};

/** @param {import("commander").Command} program */
export function addRank(program) {
  const command = program
    .command("rank")
    .summary("rank items for a user")
    .description(TEXTS.description)
    .argument("<file>", "a weights file (docs/format.md)")
    .option("--history <items>", TEXTS.history)
    .option("--user <row>", "a trained user, where the file has them", whole(0))
    .option("--features <json>", TEXTS.features)
    .option("--candidates <items>", TEXTS.candidates)
    .option("--top <count>", "number of best items", whole(1), 10)
    .option("--include-seen", "also rank items of the history")
    .option("--raw", "print raw scores (before the output function)")
    .option("--explain", "print for each item the interaction with the largest effect")
    .option("--json", "print JSON, one user per line")
    .action(run);
  renamedOption(command, { before: "--again", now: "--include-seen" });
}

/**
 * @typedef {import("./rank-input.js").RankedUser} RankedUser
 * @typedef {import("../../js/model/model.js").Model} Model
 * @typedef {{ item: string | number, score: number | null }} Entry
 * @typedef {{ item: string | number, effect: number }} Reason
 *
 * @param {string} path
 * @param {Record<string, any>} options
 */
async function run(path, { history, user: row, candidates, features, ...options }) {
  if ((history === undefined) === (row === undefined)) {
    const found = history === undefined ? "none" : "both";
    throw new PocketrecError("bad-argument", "options", "--history or --user", found);
  }
  const bytes = await readBytes(path);
  const model = await withPath(path, () => loadModel(bytes));
  const nameOf = itemNames(bytes, model.itemCount);
  /** @type {RankedUser[]} */
  const users = history === undefined ? [{ row }] : await readUsers(history, nameOf);
  const list = candidates === undefined ? undefined : await readCandidates(candidates, nameOf);
  const shared = features && parseJson(features, "--features");
  for (const [index, user] of users.entries()) {
    const source = { ...user, features: user.features ?? shared };
    const { best, reasons } = rankFor(model, source, list, options);
    if (options.json) printJson(best, reasons);
    else printTable(best, reasons, users.length > 1 ? index : undefined);
  }
  model.dispose();
}

/**
 * @param {Model} model
 * @param {RankedUser} source
 * @param {(string | number)[] | undefined} candidates
 * @param {Record<string, any>} options
 * @returns {{ best: Entry[], reasons?: (Reason | undefined)[] }}
 */
function rankFor(
  model,
  { row, history, features },
  candidates,
  { top, includeSeen, raw, explain },
) {
  assertRatings(model, [history ?? []].flat());
  const user = model.user(
    /** @type {any} */ (
      row === undefined ? { history: history ?? [], features } : { id: row, history }
    ),
  );
  const options = { topK: top, exclude: includeSeen ? [] : user.items, raw };
  const best = candidates ? model.rank(user, candidates, options) : model.recommend(user, options);
  noteUnknown(user.unknown);
  if (!explain) return { best };
  const reasons = best.map(({ item, score }) =>
    score === null ? undefined : model.explain(user, item, { topK: 1 })[0],
  );
  return { best, reasons };
}

/**
 * @param {Model} model
 * @param {any[]} history
 * @throws {PocketrecError} "bad-argument": items without ratings, for a model of ratings
 */
function assertRatings({ info: { input } }, history) {
  const isRated = (/** @type {any} */ one) => Number.isFinite(one?.rating);
  const plain = input.values === "rating" ? history.find((one) => !isRated(one)) : undefined;
  if (plain === undefined) return;
  const item = plain?.item ?? plain;
  const expected = `item:rating for a model of ratings, such as ${item}:4`;
  throw new PocketrecError("bad-argument", "--history", expected, show(item));
}

/** @param {(string | number)[]} items of the history that the model does not know */
function noteUnknown(items) {
  if (!items.length) return;
  const more = items.length > LISTED_MAX ? ", ..." : "";
  note(`note: not in the model: ${items.slice(0, LISTED_MAX).join(", ")}${more}`);
}

/**
 * @param {Entry[]} best
 * @param {(Reason | undefined)[]} [reasons]
 */
function printJson(best, reasons) {
  const items = best.map((entry, index) =>
    reasons ? { ...entry, because: reasons[index] } : entry,
  );
  sayJson({ items }, 0);
}

/**
 * @param {Entry[]} best
 * @param {(Reason | undefined)[]} [reasons]
 * @param {number} [user] index, of several
 */
function printTable(best, reasons, user) {
  if (user !== undefined) say(`user ${user + 1}`);
  const because = (/** @type {Reason | undefined} */ reason) =>
    reason ? `${reason.item} (${reason.effect.toPrecision(3)})` : "";
  const head = ["place", "item", "score", ...(reasons ? ["because of"] : [])];
  const rows = best.map(({ item, score }, index) => [
    index + 1,
    item,
    score === null ? "unknown" : score.toPrecision(6),
    ...(reasons ? [because(reasons[index])] : []),
  ]);
  say(table(head, rows));
}

/**
 * Reads items' names from text: as numbers where the model's ids are numbers or rows.
 *
 * @param {Uint8Array} bytes
 * @param {number} itemCount
 * @returns {(text: string) => string | number}
 */
function itemNames(bytes, itemCount) {
  const ids = readItemIndex(readSafetensors(bytes).tensors.get("item_ids"), itemCount);
  const isNumeric = typeof ids.idOf(0) === "number";
  return (text) => (isNumeric && /^-?\d+$/.test(text.trim()) ? Number(text) : text.trim());
}
