import { PocketrecError } from "../errors.js";
import { buildObject, callGlobal, Global, Instance, nameGlobal } from "./pickle-globals.js";

/**
 * Python's pickle, read without running anything of it: protocols 0 to 5 as pickletools describes them. Lists and tuples are
 * arrays, dictionaries Maps, objects Instances.
 */

/** A mark on the stack. */
const MARK = Symbol("mark");

/** Digits of a number in decimal; more would be work without a use. */
const DIGITS_MAX = 400;

/** Bytes of a whole number in binary. */
const LONG_MAX = 64;

/** How often each byte may be copied. */
const WORK_MAX = 4;

const UTF8 = new TextDecoder();

/** Bytes up to the end of the lines that protocol 0 is written in. */
const LINE_MAX = 1 << 20;

/**
 * @param {Uint8Array} bytes
 * @param {{ at?: number, persistent?: (id: unknown) => unknown }} [options] where to begin; persistent: what stands outside
 * @returns {{ value: any, end: number }} end: where the next byte after it is
 */
export function readPickle(bytes, { at = 0, persistent = refusePersistent } = {}) {
  const machine = new Machine(bytes, at, persistent);
  try {
    return { value: machine.run(), end: machine.at };
  } catch (error) {
    if (error instanceof PocketrecError) throw error;
    throw broken(machine, error instanceof Error ? error.message : String(error), error);
  }
}

/**
 * @param {Machine} machine
 * @param {string} found
 * @param {unknown} [cause]
 */
const broken = (machine, found, cause) => new PocketrecError("bad-header", "file", "a pickle that is whole", `at byte ${machine.at}: ${found}`, { cause });

/** @returns {never} */
function refusePersistent() {
  throw new PocketrecError("unsafe", "file", "a pickle by itself", "one that refers to something outside");
}

class Machine {
  /** @type {any[]} */
  stack = [];
  /** @type {Map<number | string, any>} */
  memo = new Map();

  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   * @param {(id: unknown) => unknown} persistent
   */
  constructor(bytes, at, persistent) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.persistent = persistent;
    this.left = WORK_MAX * bytes.length + 1e5;
  }

  run() {
    for (;;) {
      const code = this.u1();
      if (code === 0x2e) return this.pop();
      const step = OPCODES[code];
      if (!step) throw broken(this, `an opcode ${code} that is none`);
      step(this);
    }
  }

  /** @param {any} value */
  push(value) {
    this.stack.push(value);
  }

  pop() {
    if (!this.stack.length) throw broken(this, "a stack that is empty");
    const value = this.stack.pop();
    if (value === MARK) throw broken(this, "a mark where a value belongs");
    return value;
  }

  top() {
    const value = this.stack.at(-1);
    if (value === undefined || value === MARK) throw broken(this, "a stack that is empty");
    return value;
  }

  /** What was pushed since the last mark. */
  popMark() {
    const place = this.stack.lastIndexOf(MARK);
    if (place < 0) throw broken(this, "a stack without its mark");
    const values = this.stack.splice(place);
    values.shift();
    return values;
  }

  /** @param {number} count */
  take(count) {
    if (!(count <= this.bytes.length - this.at)) throw broken(this, `${count} bytes where ${this.bytes.length - this.at} are left`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  u1() {
    return this.take(1)[0];
  }

  u2() {
    return this.view.getUint16((this.take(2), this.at - 2), true);
  }

  u4() {
    return this.view.getUint32((this.take(4), this.at - 4), true);
  }

  u8() {
    return Number(this.view.getBigUint64((this.take(8), this.at - 8), true));
  }

  line() {
    const end = this.bytes.subarray(this.at, this.at + LINE_MAX).indexOf(10);
    if (end < 0) throw broken(this, "a line without an end");
    const text = latin1(this.take(end));
    this.at++;
    return text;
  }

  /** @param {number} length */
  text(length) {
    return UTF8.decode(this.take(length));
  }

  /**
   * What is copied or built of what was read: an honest file asks for each of its bytes once.
   * @param {any} values
   */
  charge(values) {
    for (const value of Array.isArray(values) ? values : [values]) this.left -= Number(value?.length ?? value?.size ?? 1);
    if (this.left < 0) throw broken(this, "more work than its size justifies");
  }

  /** @param {number | string} key */
  recall(key) {
    if (!this.memo.has(key)) throw broken(this, `nothing remembered as ${key}`);
    return this.memo.get(key);
  }
}

/** @param {Uint8Array} bytes */
const latin1 = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/**
 * A number where a float holds it exactly, else a BigInt.
 * @param {bigint} value
 */
const whole = (value) => (BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value);

/**
 * @param {Machine} machine
 * @param {string} digits
 */
function decimal(machine, digits) {
  if (digits.length > DIGITS_MAX || !/^-?\d+L?$/.test(digits)) throw broken(machine, "a whole number that is none");
  return whole(BigInt(digits.replace("L", "")));
}

/**
 * Two's complement, the lowest byte first.
 *
 * @param {Machine} machine
 * @param {number} length
 */
function long(machine, length) {
  if (length > LONG_MAX) throw broken(machine, `a whole number of ${length} bytes`);
  const bytes = machine.take(length);
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return whole(BigInt.asIntN(8 * length || 1, value));
}

/**
 * @param {Machine} machine
 * @param {any[]} pairs
 */
function setItems(machine, pairs) {
  const target = machine.top();
  if (pairs.length % 2) throw broken(machine, "a key without its value");
  const map = target instanceof Instance ? (target.entries ??= new Map()) : target;
  if (!(map instanceof Map)) throw broken(machine, "entries for what is no dictionary");
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
}

/**
 * @param {Machine} machine
 * @param {any[]} values
 */
function append(machine, values) {
  const target = machine.top();
  const list = target instanceof Instance ? (Array.isArray(target.args) ? target.args : []) : target;
  if (list instanceof Set) for (const value of values) list.add(value);
  else if (Array.isArray(list)) for (const value of values) list.push(value);
  else throw broken(machine, "values for what is no list");
}

/**
 * @param {Machine} machine
 * @param {unknown} type
 * @param {unknown} args
 */
function instance(machine, type, args) {
  if (!(type instanceof Global)) throw broken(machine, "an object of what is no class");
  if (type.path === "collections.OrderedDict" || type.path === "collections.defaultdict") return new Map();
  if (/^(builtins|__builtin__)\./.test(type.path)) return callGlobal(type, Array.isArray(args) ? args : []);
  return new Instance(type.path, args);
}

/**
 * @param {Machine} machine
 * @param {unknown} args
 */
function call(machine, args) {
  if (!Array.isArray(args)) throw broken(machine, "a call without a tuple");
  machine.charge(args);
  machine.push(callGlobal(machine.pop(), args));
}

/**
 * @param {Machine} machine
 * @param {number | string} key
 */
const remember = (machine, key) => void machine.memo.set(key, machine.top());

/** @param {Machine} machine @param {number} count */
function tuple(machine, count) {
  const values = Array.from({ length: count }, () => machine.pop());
  machine.push(values.reverse());
}

/** @param {Machine} machine @param {string} text as Python's repr writes it */
function quoted(machine, text) {
  const match = text.match(/^(['"])(.*)\1$/s);
  if (!match) throw broken(machine, "a string without quotes");
  machine.push(match[2].replace(/\\x([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\\(['"\\])/g, "$1").replace(/\\n/g, "\n"));
}

/** @type {Record<number, (machine: Machine) => void>} */
const OPCODES = {
  0x28: (m) => m.push(MARK), // (
  0x30: (m) => void (m.stack.at(-1) === MARK ? m.stack.pop() : m.pop()), // 0 POP
  0x31: (m) => void m.popMark(), // 1 POP_MARK
  0x32: (m) => m.push(m.top()), // 2 DUP
  0x46: (m) => m.push(Number(m.line())), // F FLOAT
  0x49: (m) => { // I INT
    const digits = m.line();
    m.push(digits === "00" ? false : digits === "01" ? true : decimal(m, digits));
  },
  0x4a: (m) => m.push(m.u4() | 0), // J BININT
  0x4b: (m) => m.push(m.u1()), // K BININT1
  0x4c: (m) => m.push(decimal(m, m.line())), // L LONG
  0x4d: (m) => m.push(m.u2()), // M BININT2
  0x4e: (m) => m.push(null), // N NONE
  0x50: (m) => m.push(m.persistent(m.line())), // P PERSID
  0x51: (m) => m.push(m.persistent(m.pop())), // Q BINPERSID
  0x52: (m) => call(m, m.pop()), // R REDUCE
  0x53: (m) => quoted(m, m.line()), // S STRING
  0x54: (m) => m.push(latin1(m.take(m.u4()))), // T BINSTRING
  0x55: (m) => m.push(latin1(m.take(m.u1()))), // U SHORT_BINSTRING
  0x56: (m) => m.push(m.line().replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))), // V UNICODE
  0x58: (m) => m.push(m.text(m.u4())), // X BINUNICODE
  0x5d: (m) => m.push([]), // ] EMPTY_LIST
  0x61: (m) => append(m, [m.pop()]), // a APPEND
  0x62: (m) => { // b BUILD
    const state = m.pop();
    m.charge(state);
    buildObject(m.top(), state);
  },
  0x63: (m) => m.push(nameGlobal(m.line(), m.line())), // c GLOBAL
  0x64: (m) => m.push(mapOf(m, m.popMark())), // d DICT
  0x65: (m) => { // e APPENDS
    const values = m.popMark();
    append(m, values);
  },
  0x67: (m) => m.push(m.recall(Number(m.line()))), // g GET
  0x68: (m) => m.push(m.recall(m.u1())), // h BINGET
  0x69: (m) => { // i INST
    const type = nameGlobal(m.line(), m.line());
    m.push(instance(m, type, m.popMark()));
  },
  0x6a: (m) => m.push(m.recall(m.u4())), // j LONG_BINGET
  0x6c: (m) => m.push(m.popMark()), // l LIST
  0x6f: (m) => { // o OBJ
    const [type, ...args] = m.popMark();
    m.push(instance(m, type, args));
  },
  0x70: (m) => remember(m, Number(m.line())), // p PUT
  0x71: (m) => remember(m, m.u1()), // q BINPUT
  0x72: (m) => remember(m, m.u4()), // r LONG_BINPUT
  0x73: (m) => { // s SETITEM
    const value = m.pop(), key = m.pop();
    setItems(m, [key, value]);
  },
  0x74: (m) => m.push(m.popMark()), // t TUPLE
  0x75: (m) => { // u SETITEMS
    const pairs = m.popMark();
    setItems(m, pairs);
  },
  0x7d: (m) => m.push(new Map()), // } EMPTY_DICT
  0x29: (m) => m.push([]), // ) EMPTY_TUPLE
  0x42: (m) => m.push(m.take(m.u4()).slice()), // B BINBYTES
  0x43: (m) => m.push(m.take(m.u1()).slice()), // C SHORT_BINBYTES
  0x47: (m) => m.push(m.view.getFloat64((m.take(8), m.at - 8), false)), // G BINFLOAT
  0x80: (m) => { // PROTO
    const protocol = m.u1();
    if (protocol > 5) throw broken(m, `protocol ${protocol}`);
  },
  0x81: (m) => { // NEWOBJ
    const args = m.pop();
    m.push(instance(m, m.pop(), args));
  },
  0x82: extension, 0x83: extension, 0x84: extension, // EXT1, EXT2, EXT4
  0x85: (m) => tuple(m, 1), 0x86: (m) => tuple(m, 2), 0x87: (m) => tuple(m, 3), // TUPLE1, TUPLE2, TUPLE3
  0x88: (m) => m.push(true), 0x89: (m) => m.push(false), // NEWTRUE, NEWFALSE
  0x8a: (m) => m.push(long(m, m.u1())), 0x8b: (m) => m.push(long(m, m.u4())), // LONG1, LONG4
  0x8c: (m) => m.push(m.text(m.u1())), // SHORT_BINUNICODE
  0x8d: (m) => m.push(m.text(m.u8())), // BINUNICODE8
  0x8e: (m) => m.push(m.take(m.u8()).slice()), // BINBYTES8
  0x8f: (m) => m.push(new Set()), // EMPTY_SET
  0x90: (m) => { // ADDITEMS
    const values = m.popMark();
    append(m, values);
  },
  0x91: (m) => m.push(new Set(m.popMark())), // FROZENSET
  0x92: (m) => { // NEWOBJ_EX
    m.pop();
    const args = m.pop();
    m.push(instance(m, m.pop(), args));
  },
  0x93: (m) => { // STACK_GLOBAL
    const name = m.pop(), module = m.pop();
    if (typeof name !== "string" || typeof module !== "string") throw broken(m, "a name that is no text");
    m.push(nameGlobal(module, name));
  },
  0x94: (m) => remember(m, m.memo.size), // MEMOIZE
  0x95: (m) => void m.u8(), // FRAME
  0x96: (m) => m.push(m.take(m.u8()).slice()), // BYTEARRAY8
  0x97: refuseBuffer, 0x98: refuseBuffer, // NEXT_BUFFER, READONLY_BUFFER
};

/** @param {Machine} machine @param {any[]} pairs */
function mapOf(machine, pairs) {
  if (pairs.length % 2) throw broken(machine, "a key without its value");
  return new Map(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], pairs[2 * i + 1]]));
}

/** @returns {never} */
function extension() {
  throw new PocketrecError("unsafe", "file", "tensors, containers and numbers", "a code that stands for something in the writer's Python");
}

/** @returns {never} */
function refuseBuffer() {
  throw new PocketrecError("unsupported", "file", "a pickle by itself", "one whose buffers are elsewhere");
}
