import { createHash } from "node:crypto";

/**
 * Records of a log, one a line: a start, a checksum and the length of the JSON, the JSON, an end.
 * JSON contains neither of the two control characters, so every record can be found by itself, also
 * behind one that a killed process did not finish.
 */
const START = 0x1e;
const END = 0x0a;

/** A checksum and a length. */
const HEAD = /^([0-9a-f]{16}) (\d{1,10}) /;
/** What a write that stopped within the head leaves behind. */
const CUT_HEAD = /^(?:[0-9a-f]{0,16}|[0-9a-f]{16} \d{0,10})$/;
const HEAD_LENGTH = 28;

/** @param {Uint8Array} json */
const checksumOf = (json) => createHash("sha256").update(json).digest("hex").slice(0, 16);

/** @param {unknown} value @returns {Buffer} */
export function encodeRecord(value) {
  const json = Buffer.from(JSON.stringify(value));
  const head = `\u001e${checksumOf(json)} ${json.length} `;
  return Buffer.concat([Buffer.from(head), json, Buffer.of(END)]);
}

/**
 * The records of a piece of a log.
 *
 * @param {Buffer} bytes from the start of a record
 * @returns {{ values: any[], damaged: number[], consumed: number, isAtEnd: boolean }} damaged: the
 *   offsets of what is neither a record nor the beginning of one; consumed: without the beginning
 *   of a record at the end; isAtEnd: whether the last line alone is damaged
 */
export function decodeRecords(bytes) {
  const values = [];
  const damaged = [];
  let at = 0;
  let last = 0;
  let consumed = 0;
  while (at < bytes.length) {
    const next = bytes.indexOf(START, at + 1);
    const end = next < 0 ? bytes.length : next;
    const line = withoutZeros(bytes.subarray(at, end));
    const value = decode(line);
    if (value !== undefined) values.push(value);
    else if (!isCut(line)) damaged.push(at);
    // What is cut at the end may be a write that is going on.
    if (next >= 0 || value !== undefined) consumed = next < 0 ? at + line.length : end;
    last = at;
    at = end;
  }
  return { values, damaged, consumed, isAtEnd: damaged.length === 1 && damaged[0] === last };
}

/** A power cut may leave zeros where a write was going on. @param {Buffer} line */
function withoutZeros(line) {
  let { length } = line;
  while (length && line[length - 1] === 0) length--;
  return line.subarray(0, length);
}

/** @param {Buffer} line */
function decode(line) {
  const json = jsonOf(line);
  if (!json || json.text.length !== json.length) return undefined;
  return checksumOf(json.text) === json.checksum ? JSON.parse(json.text.toString()) : undefined;
}

/**
 * @param {Buffer} line
 * @returns {{ checksum: string, length: number, text: Buffer } | undefined}
 */
function jsonOf(line) {
  if (line[0] !== START) return undefined;
  const head = HEAD.exec(line.toString("latin1", 1, 1 + HEAD_LENGTH));
  if (!head) return undefined;
  const end = line.at(-1) === END ? line.length - 1 : line.length;
  const text = line.subarray(1 + head[0].length, end);
  return { checksum: head[1], length: Number(head[2]), text };
}

/** Whether a line is the beginning of a record: a killed process did not finish it. */
function isCut(/** @type {Buffer} */ line) {
  if (line.length === 0) return true;
  if (line[0] !== START || line.includes(END)) return false;
  const json = jsonOf(line);
  return json
    ? json.text.length < json.length
    : line.length <= HEAD_LENGTH && CUT_HEAD.test(line.toString("latin1", 1));
}
