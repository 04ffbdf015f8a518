import { PocketrecError, show } from "../common/errors.js";
import { canOmitItems, itemSideOf, packKinds, planOf, readInfo } from "../families/index.js";
import { readSafetensors } from "../file/safetensors.js";
import { writeSafetensors } from "../file/write-safetensors.js";
import { idsTensor, takeLists, takeRows } from "./rows.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Tensor } from "../file/safetensors.js"
 */

/**
 * Makes candidate packs of a weights file (docs/format.md, "Candidate packs"). Made by `packMaker`.
 *
 * @hideconstructor
 */
export class PackMaker {
  #tensors;
  #description;
  #items;
  #side;

  /**
   * @param {ArrayBuffer | Uint8Array} file of a kind that takes packs, with its items
   * @throws {PocketrecError} "not-safetensors" and others: the file is wrong; "unsupported": its
   *   kind takes no packs; "missing-tensor": it has no items
   */
  constructor(file) {
    const bytes = file instanceof ArrayBuffer ? new Uint8Array(file) : file;
    if (!(bytes instanceof Uint8Array))
      throw new PocketrecError("bad-argument", "file", "the bytes of a weights file", show(file));
    const { tensors, metadata } = readSafetensors(bytes);
    const info = readInfo(metadata);
    const side = itemSideOf(tensors, info);
    if (!side)
      throw new PocketrecError(
        "unsupported",
        "candidate pack",
        `a model of kind ${packKinds().join(", ")}`,
        show(info.kind),
      );
    if (side.length === 0)
      throw new PocketrecError("missing-tensor", "items", "a file with its items", "none");
    this.#tensors = tensors;
    this.#description = JSON.parse(metadata.pocketrec);
    this.#items = planOf(tensors, info).items;
    const name = "item_popularity";
    this.#side = tensors.has(name) ? [...side, { name }] : side;
  }

  /** How many items the file has. */
  get itemCount() {
    return this.#items.count;
  }

  /**
   * Whether the file has an item.
   *
   * @param {ItemId} id
   * @returns {boolean}
   *
   * @example
   * import { readFile } from "node:fs/promises";
   *
   * const maker = packMaker(await readFile(new URL(books)));
   * maker.has("Cold Ink"); // => true
   */
  has(id) {
    return this.#items.find(id) !== undefined;
  }

  /**
   * A candidate pack: these items, with their rows of the file.
   *
   * @param {Iterable<ItemId>} ids in the order in which the pack lists them
   * @returns {Uint8Array<ArrayBuffer>} a safetensors file
   * @throws {PocketrecError} "unknown-item": the file lacks one; "bad-argument": one is given
   *   twice, or none
   *
   * @example
   * import { readFile } from "node:fs/promises";
   *
   * const maker = packMaker(await readFile(new URL(books)));
   * const today = ["Cold Ink", "No Such Book"].filter((id) => maker.has(id));
   * maker.pack(today) instanceof Uint8Array; // => true
   */
  pack(ids) {
    if (typeof ids !== "object" || typeof ids?.[Symbol.iterator] !== "function")
      throw new PocketrecError("bad-argument", "ids", "a list of items", show(ids));
    const rows = [...this.#items.rowsOf([...ids])];
    if (rows.length === 0 || new Set(rows).size < rows.length)
      throw new PocketrecError(
        "bad-argument",
        "ids",
        "each item once",
        rows.length ? "one twice" : "none",
      );
    const taken = this.#side.flatMap(({ name, offsets }) => {
      const tensor = /** @type {Tensor} */ (this.#tensors.get(name));
      const ends = offsets && this.#tensors.get(offsets);
      return ends ? takeLists(tensor, ends, rows) : [takeRows(tensor, rows)];
    });
    // The file's own ids: "260" finds 260, and the pack names it 260.
    const own = rows.map((row) => this.#items.idOf(row));
    return writeSafetensors([idsTensor(own), ...taken], { format: 1, kind: "pack" });
  }

  /**
   * The file without its items: a model that ranks packs alone, however large the catalogue is. It
   * keeps `item_ids` where a feature's values are items.
   *
   * @returns {Uint8Array<ArrayBuffer>} a weights file
   * @throws {PocketrecError} "unsupported": a gmf, mlp or neumf fits new users to its items
   *
   * @example
   * import { readFile, writeFile } from "node:fs/promises";
   *
   * const maker = packMaker(await readFile("candidates.safetensors"));
   * await writeFile("model-for-packs.safetensors", maker.withoutItems());
   */
  withoutItems() {
    const { kind } = this.#description;
    if (!canOmitItems(kind))
      throw new PocketrecError("unsupported", "file", "a kind that needs no items", show(kind), {
        hint: "New users are fitted to the items: publish the whole file.",
      });
    const items = new Set(this.#side.flatMap(({ name, offsets }) => [name, offsets]));
    const rest = [...this.#tensors.values()].filter(({ name }) => !items.has(name));
    return writeSafetensors(rest, this.#description);
  }
}
