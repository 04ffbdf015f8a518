// Writes files of torch.save before 1.6 and of numpy.save, valid or damaged.
import { dict, op, pickle } from "./pickle-writer.js";

const MAGIC = Buffer.from("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", "latin1");
const SYSTEM = dict({ protocol_version: [op.int(1001)], little_endian: [op.true] });

/**
 * @param parts opcodes of the saved value
 * @param storages [{ key, values, count }], count: as the file claims
 */
export function legacyTorch(
  parts,
  storages = [],
  { magic = [MAGIC], protocol = 1001, system = SYSTEM } = {},
) {
  const keys = [op.list, op.mark, ...storages.map(({ key }) => op.text(key)), "e"];
  const pickles = [magic, [op.int(protocol)], system, parts, keys].map((one) => pickle(...one));
  const data = storages.flatMap(({ values, count = values.length }) => [
    Buffer.from(BigInt64Array.of(BigInt(count)).buffer),
    Buffer.from(Float32Array.from(values).buffer),
  ]);
  return new Uint8Array(Buffer.concat([...pickles, ...data]));
}

/** @param header the text of the dict; @param data the bytes that follow it */
export function npy(header, data, { version = 1, length = header.length } = {}) {
  const sizes = Buffer.alloc(version > 1 ? 4 : 2);
  if (version > 1) sizes.writeUInt32LE(length);
  else sizes.writeUInt16LE(length);
  const start = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, "latin1");
  return new Uint8Array(
    Buffer.concat([start, sizes, Buffer.from(header, "latin1"), Buffer.from(data)]),
  );
}
