import { PocketrecError } from "../../../../js/common/errors.js";
import { KERAS_ITEM, KERAS_USER } from "../../name-hints.js";
import { assumed } from "../shared/assume.js";
import { dotBlueprint, needTensor } from "./blueprint.js";

/**
 * Two towers of ids in Keras, as the tutorials of TensorFlow Recommenders have them: a lookup of
 * the id and an embedding on each side, in a file each or in one file of weights.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../checkpoint.js").Towers} Towers
 *
 * @typedef {object} Tower
 * @property {ForeignTensor} table
 * @property {number} padding rows before those of ids: unknown ids, masked ones
 * @property {string[]} ids by row behind them; none where the file does not say them
 * @property {string} from the layer that holds them
 */

const LAYERS = ["InputLayer", "StringLookup", "IntegerLookup", "Embedding"];

/** @type {import("../../blueprint.js").Layout} */
export function twoTowersLayout(checkpoint, { kind, output }) {
  const { towers } = checkpoint;
  if (!towers) return kind === undefined ? weightsOf(checkpoint, output) : undefined;
  const blueprint = dotOf(checkpoint, ["user", "item"], output);
  const { padding, userPadding, guess } = towers;
  if (guess) blueprint.assumptions.push(assumed("users", guess[0], guess));
  return { ...blueprint, padding, userPadding };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {string[]} names of the tables, the users' first
 * @param {import("../../blueprint.js").LayoutOptions["output"]} output as stated
 */
function dotOf(checkpoint, names, output) {
  const [user, item] = names.map((name) => needTensor(checkpoint, name));
  const parts = { user, item };
  const blueprint = dotBlueprint("Keras two towers", parts, { output: output ?? "identity" });
  blueprint.used = new Set(names);
  if (!output)
    blueprint.assumptions.push(
      assumed("output", "identity", ["identity", "sigmoid"], "--output-function"),
    );
  blueprint.usualLoss = "bpr";
  return blueprint;
}

/**
 * Weights of both towers in one file, of which a name says the users'.
 *
 * @param {Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions["output"]} output
 */
function weightsOf(checkpoint, output) {
  const { format, layers, tensors } = checkpoint;
  const names = [...tensors.keys()];
  const isTable = (/** @type {string} */ name) =>
    /(^|\/)embeddings$/.test(name) && tensors.get(name)?.shape.length === 2;
  if (format !== "keras" || layers || names.length !== 2 || !names.every(isTable)) return undefined;
  const [widths, users] = [
    names.map((name) => tensors.get(name)?.shape[1]),
    names.map((name) => KERAS_USER.test(name)),
  ];
  if (widths[0] !== widths[1] || users[0] === users[1]) return undefined;
  const blueprint = dotOf(checkpoint, users[0] ? names : [names[1], names[0]], output);
  blueprint.notes.push(
    "a lookup of ids keeps row 0 for unknown ones: if the model has one, --padding 1 removes it",
  );
  return blueprint;
}

/**
 * Two files of a tower each, as one.
 *
 * @param {{ name: string, checkpoint: Checkpoint }[]} files
 * @returns {{ name: string, checkpoint: Checkpoint } | undefined} undefined: they are none
 * @throws {PocketrecError} "bad-shape"
 */
export function joinedTowers(files) {
  if (files.length !== 2) return undefined;
  const towers = files.map(({ checkpoint }) => towerOf(checkpoint));
  const [first, second] = towers;
  if (!first || !second) return undefined;
  const names = files.map(({ name }) => name);
  const isUserFirst = sideOf(names);
  const [user, item] = (isUserFirst ?? true) ? [first, second] : [second, first];
  const widths = [user, item].map(({ table }) => table.shape[1]);
  if (widths[0] !== widths[1])
    throw new PocketrecError("bad-shape", "towers", "vectors of one width", widths.join(" and "));
  const { ids, from } = item;
  const checkpoint = {
    ...{ format: /** @type {const} */ ("keras"), classes: new Map(), settings: {} },
    tensors: new Map([
      ["user", user.table],
      ["item", item.table],
    ]),
    towers: {
      ...{ padding: item.padding, userPadding: user.padding },
      ...(isUserFirst === undefined ? { guess: names } : {}),
    },
    ...(ids.length ? { itemIds: { ids, from } } : {}),
  };
  return { name: names.join(" and "), checkpoint };
}

/**
 * Whether the first name is that of the users; undefined: no name tells.
 * @param {string[]} names
 */
function sideOf(names) {
  for (const [pattern, isUser] of /** @type {const} */ ([
    [KERAS_USER, true],
    [KERAS_ITEM, false],
  ])) {
    const found = names.map((name) => pattern.test(name));
    if (found[0] !== found[1]) return found[0] === isUser;
  }
  return undefined;
}

/**
 * @param {Checkpoint} checkpoint
 * @returns {Tower | undefined} undefined: more than a lookup and an embedding
 */
function towerOf({ format, layers = [], tensors }) {
  const [table, ...others] = tensors.values();
  const isPlain = layers.length > 0 && layers.every(({ type }) => LAYERS.includes(type));
  const lookups = layers.filter(({ type }) => type.endsWith("Lookup"));
  const tables = layers.filter(({ type }) => type === "Embedding");
  const isTower = format === "keras" && isPlain && tables.length === 1 && lookups.length < 2;
  if (!isTower || !table || others.length || table.shape.length !== 2) return undefined;
  const [lookup] = lookups;
  if (!lookup) return { table, padding: 0, ids: [], from: "" };
  const {
    num_oov_indices = 1,
    mask_token = null,
    output_mode = "int",
    invert,
    vocabulary,
  } = /** @type {any} */ (lookup.config);
  if (output_mode !== "int" || invert || !(num_oov_indices >= 0)) return undefined;
  const padding = num_oov_indices + (mask_token === null ? 0 : 1);
  const ids = Array.isArray(vocabulary) ? vocabulary.map(String) : [];
  if (ids.length && ids.length + padding !== table.shape[0]) {
    const expected = `${table.shape[0] - padding} ids, one for each row but ${padding}`;
    throw new PocketrecError("bad-shape", lookup.name, expected, `${ids.length}`);
  }
  return { table, padding, ids, from: lookup.name };
}
