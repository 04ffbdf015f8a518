// Writes zip archives by hand, valid and invalid ones.
import { deflateRawSync } from "node:zlib";

/**
 * @param entries [{ name, data, deflate, sum, size, compressedSize, flags, at }]: all from sum on
 *   as the directory states them
 */
export function zip(entries, { count = entries.length } = {}) {
  const files = [];
  const directory = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = entry.deflate ? deflateRawSync(entry.data) : Buffer.from(entry.data);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(entry.flags ?? 0, 2);
    header.writeUInt16LE(entry.deflate ? 8 : 0, 4);
    header.writeUInt32LE(entry.sum ?? 0, 10);
    header.writeUInt32LE(entry.compressedSize ?? data.length, 14);
    header.writeUInt32LE(entry.size ?? entry.data.length, 18);
    header.writeUInt16LE(name.length, 22);
    files.push(Buffer.from("PK\x03\x04", "latin1"), header, name, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(entry.at ?? at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), header, tail, name);
    at += 30 + name.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return new Uint8Array(
    Buffer.concat([...files, listed, Buffer.from("PK\x05\x06", "latin1"), end]),
  );
}

/** An archive of some files by name, nothing compressed. */
export const zipOf = (files) => zip(Object.entries(files).map(([name, data]) => ({ name, data })));

/** A file of torch.save, of a pickle and its storages of floats. */
export function torchZip(pickle, storages = {}) {
  const data = Object.entries(storages).map(([key, values]) => ({
    name: `archive/data/${key}`,
    data: new Uint8Array(Float32Array.from(values).buffer),
  }));
  return zip([
    { name: "archive/data.pkl", data: pickle },
    ...data,
    { name: "archive/version", data: Buffer.from("3\n") },
  ]);
}
