import { packKinds } from "../../js/families/index.js";
import { readBytes, withPath, writeBytes } from "../convert/files.js";
import { PackMaker } from "../../js/packs/pack-maker.js";
import { paragraph } from "./options.js";
import { readCandidates } from "./rank-input.js";
import { bytes as size, say } from "./terminal.js";

const TEXTS = {
  description: paragraph(`Writes a candidate pack: some items with their rows of a weights file, for
    model.openCandidates or a recommender's retrieve (docs/production.md). The device then needs no
    rows of other items.`),
  items: "ids, such as 318,260; or a file: .txt or .csv with an id per line, or .json",
  out: "the pack to write",
  rest: "also write the weights without their items: a model that ranks packs alone",
};

/** @param {import("commander").Command} program */
export function addPack(program) {
  program
    .command("pack")
    .summary("write a candidate pack: items with their rows of a weights file")
    .description(TEXTS.description)
    .argument("<file>", `a weights file of kind ${packKinds().join(", ")}`)
    .requiredOption("--items <items>", TEXTS.items)
    .requiredOption("-o, --out <file>", TEXTS.out)
    .option("--rest <file>", TEXTS.rest)
    .action(run);
}

/**
 * @param {string} path
 * @param {{ items: string, out: string, rest?: string }} options
 */
async function run(path, { items, out, rest }) {
  const maker = await withPath(path, async () => new PackMaker(await readBytes(path)));
  const ids = await readCandidates(items, (text) => idOf(maker, text));
  const pack = maker.pack(ids);
  const remaining = rest === undefined ? undefined : maker.withoutItems();
  await writeBytes(out, pack);
  say(`${ids.length} of ${maker.itemCount} items, ${size(pack.length)}, written to ${out}`);
  if (rest === undefined || !remaining) return;
  await writeBytes(rest, remaining);
  say(`the rest, ${size(remaining.length)}, written to ${rest}`);
}

/**
 * An id as the file has it: text, or the number that it spells.
 *
 * @param {PackMaker} maker
 * @param {string} text
 */
const idOf = (maker, text) => (!maker.has(text) && maker.has(Number(text)) ? Number(text) : text);
