import { PocketrecError, show } from "../common/errors.js";
import { loadModel } from "../index.node.js";
import { readItemIndex } from "../file/item-ids.js";
import { readSafetensors } from "../file/safetensors.js";
import { withPath, readBytes } from "../convert/files.js";
import { paragraph, whole } from "./options.js";
import { note, say, table } from "./terminal.js";

/** @param {import("commander").Command} program */
export function addRank(program) {
  program
    .command("rank")
    .summary("what a model recommends to somebody")
    .description(
      "Ranks candidates, or the whole catalogue, for somebody by their history. What the history holds is not recommended.",
    )
    .argument("<file>", "a weights file (docs/format.md)")
    .option(
      "--history <items>",
      paragraph(`the person's interactions, oldest first: "318,296,593" or with ratings "318:5,296:3.5"; or a file: JSON (a list of
items or of { "item", "rating" }), or one person a line (.jsonl), also as { "history", "features", "user" }`),
    )
    .option("--user <row>", "a trained user, where the file has them", whole(0))
    .option(
      "--features <json>",
      'what else the file\'s schema asks of the person, as JSON: \'{ "search": ["noir"] }\'',
    )
    .option(
      "--candidates <items>",
      "the items to rank, as in --history, or a file with one a line; default: the catalogue",
    )
    .option("--top <count>", "how many of the best", whole(1), 10)
    .option("--again", "recommend what the history holds, too")
    .option("--raw", "scores before the output function")
    .option("--explain", "with every item the interaction that speaks for it most")
    .option("--json", "for machines: one person a line")
    .action(run);
}

/**
 * @param {string} path
 * @param {Record<string, any>} options
 */
async function run(
  path,
  { history, user: id, features: told, candidates, top, again, raw, explain, json },
) {
  if ((history === undefined) === (id === undefined))
    throw new PocketrecError(
      "bad-argument",
      "options",
      "--history or --user",
      history === undefined ? "none" : "both",
    );
  const bytes = await readBytes(path);
  const model = await withPath(path, () => loadModel(bytes));
  const nameOf = namer(bytes, model.itemCount);
  /** @type {Somebody[]} */
  const people = history === undefined ? [{ row: id }] : await readPeople(history, nameOf);
  const list = candidates === undefined ? undefined : await readCandidates(candidates, nameOf);
  const features = told && parse(told, "--features");
  for (const [number, { past, row, told: own }] of people.entries()) {
    const user = model.user(
      /** @type {any} */ (
        row === undefined
          ? { history: past ?? [], features: own ?? features }
          : { id: row, history: past }
      ),
    );
    const options = { topK: top, exclude: again ? [] : user.items, raw };
    const best = list ? model.rank(user, list, options) : model.recommend(user, options);
    const reasons = explain
      ? best.map(({ item, score }) =>
          score === null ? undefined : model.explain(user, item, { topK: 1 })[0],
        )
      : undefined;
    if (user.unknown.length)
      note(
        `note: not in the model: ${user.unknown.slice(0, 10).join(", ")}${user.unknown.length > 10 ? ", ..." : ""}`,
      );
    if (json)
      say(
        JSON.stringify({
          items: best.map((entry, place) => ({
            ...entry,
            ...(reasons ? { because: reasons[place] } : {}),
          })),
        }),
      );
    else print(best, reasons, people.length > 1 ? number : undefined);
  }
  model.dispose();
}

/**
 * @param {{ item: string | number, score: number | null }[]} best
 * @param {({ item: string | number, effect: number } | undefined)[] | undefined} reasons
 * @param {number} [number] of the person
 */
function print(best, reasons, number) {
  if (number !== undefined) say(`person ${number + 1}`);
  const because = (/** @type {number} */ place) =>
    reasons?.[place] ? `${reasons[place].item} (${reasons[place].effect.toPrecision(3)})` : "";
  say(
    table(
      ["place", "item", "score", ...(reasons ? ["because of"] : [])],
      best.map(({ item, score }, place) => [
        place + 1,
        item,
        score === null ? "unknown" : score.toPrecision(6),
        ...(reasons ? [because(place)] : []),
      ]),
    ),
  );
}

/**
 * How an item is called: by a number, where the model's ids are numbers or rows, else by text.
 *
 * @param {Uint8Array} bytes
 * @param {number} items
 * @returns {(text: string) => string | number}
 */
function namer(bytes, items) {
  const first = readItemIndex(readSafetensors(bytes).tensors.get("item_ids"), items).idOf(0);
  return (text) =>
    typeof first === "number" && /^-?\d+$/.test(text.trim()) ? Number(text) : text.trim();
}

/**
 * @typedef {{ past?: any[], row?: number, told?: Record<string, any> }} Somebody
 *
 * @param {string} text items, or the name of a file
 * @param {(text: string) => string | number} nameOf
 * @returns {Promise<Somebody[]>}
 */
async function readPeople(text, nameOf) {
  if (!/\.(jsonl?|ndjson)$/.test(text)) return [{ past: readList(text, nameOf) }];
  const content = new TextDecoder().decode(await readBytes(text));
  if (text.endsWith(".json")) return [personIn(parse(content, text), text)];
  return content
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .map((line, number) => {
      const where = `${text}, line ${number + 1}`;
      return personIn(parse(line, where), where);
    });
}

/**
 * @param {any} value a list, or an object that has one, or says who it is
 * @param {string} where
 * @returns {Somebody}
 */
function personIn(value, where) {
  if (Array.isArray(value)) return { past: value };
  const { history, features, user } = value ?? {};
  if (
    Array.isArray(history) ||
    (history === undefined && (features !== undefined || user !== undefined))
  )
    return { past: history, told: features, row: user };
  throw new PocketrecError(
    "bad-argument",
    where,
    'a list of items, or { "history": [...] }',
    show(value),
  );
}

/**
 * @param {string} text "318:5,296"
 * @param {(text: string) => string | number} nameOf
 */
function readList(text, nameOf) {
  return text
    .split(",")
    .filter((part) => part.trim())
    .map((part) => {
      const [item, rating] = part.split(/:(?=-?[\d.]+$)/);
      return rating === undefined ? nameOf(item) : { item: nameOf(item), rating: Number(rating) };
    });
}

/**
 * @param {string} text items, or the name of a file with one a line
 * @param {(text: string) => string | number} nameOf
 */
async function readCandidates(text, nameOf) {
  if (!/\.(txt|csv|json)$/.test(text)) return readList(text, nameOf);
  const content = new TextDecoder().decode(await readBytes(text));
  if (!text.endsWith(".json"))
    return content
      .split(/\r?\n/)
      .filter((line) => line.trim())
      .map(nameOf);
  const value = parse(content, text);
  const list = Array.isArray(value) ? value : value?.items;
  if (!Array.isArray(list))
    throw new PocketrecError(
      "bad-argument",
      text,
      'a list of items, or { "items": [...] }',
      show(value),
    );
  return list;
}

/**
 * @param {string} text
 * @param {string} where
 */
function parse(text, where) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", where, "JSON", show(text), { cause });
  }
}
