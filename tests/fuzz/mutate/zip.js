// Changes inside the files of a stored (not compressed) zip archive, with its directory kept right.
import { zip } from "../../lib/zip-writer.js";
import { mutateBytes } from "./bytes.js";

/** @typedef {import("./random.js").Draws} Draws */

/**
 * @param {Uint8Array} archive
 * @param {Draws} draws
 * @param {Uint8Array} other
 */
export function mutateZip(archive, draws, other) {
  const entries = entriesOf(archive);
  if (!entries?.length) return mutateBytes(archive, draws, other);
  const at = draws.below(entries.length);
  const change = draws.below(8);
  const inner = entriesOf(other);
  if (change === 0) entries.splice(at, 1);
  else if (change === 1) entries.push({ ...entries[at] });
  else if (change === 2 && inner?.length) entries[at] = draws.pick(inner);
  else if (change === 3) entries[at] = { ...entries[at], deflate: true };
  else {
    const data = mutateBytes(
      entries[at].data,
      draws,
      draws.pick(inner?.length ? inner : entries).data,
    );
    entries[at] = { ...entries[at], data };
  }
  return zip(entries);
}

/** The files of an archive that zip-writer.js wrote, else undefined. */
function entriesOf(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = [];
  let at = 0;
  while (at + 30 <= archive.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 18, true);
    const named = view.getUint16(at + 26, true);
    const from = at + 30 + named;
    const deflate = view.getUint16(at + 8, true) !== 0;
    if (deflate || from + size > archive.length) return undefined;
    const name = Buffer.from(archive.subarray(at + 30, from)).toString();
    entries.push({ name, data: archive.slice(from, from + size) });
    at = from + size;
  }
  return entries;
}
