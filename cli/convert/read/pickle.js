import { PocketrecError } from "../../../js/common/errors.js";
import { Cursor } from "./pickle-cursor.js";
import { build, callGlobal, instance, nameGlobal, SAVE_WEIGHTS } from "./pickle-globals.js";
import { describe, Inert } from "./pickle-values.js";

/**
 * Reads a pickle of protocol 0 to 5 without executing Python code. Classes and functions are names;
 * calls are looked up in a short list of own functions (pickle-globals.js).
 *
 * Dicts become Maps, lists and tuples arrays, bytes Uint8Array, integers beyond 2^53 BigInt, and
 * objects inert records.
 *
 * @param {Uint8Array} bytes
 * @param {object} [options]
 * @param {(pid: unknown) => unknown} [options.persistent] resolves a persistent id
 * @param {number} [options.at] offset of the pickle
 * @returns {{ value: unknown, end: number }} end: offset after the pickle
 */
export function readPickle(bytes, { persistent = refusePersistent, at = 0 } = {}) {
  const machine = new Machine(bytes, at, persistent);
  for (;;) {
    const code = machine.cursor.byte();
    if (code === STOP) return { value: machine.pop(), end: machine.cursor.at };
    const run = OPCODES[code];
    if (!run) throw broken(`the opcode 0x${code.toString(16)} at byte ${machine.cursor.at - 1}`);
    run(machine);
  }
}

/** @param {unknown} pid */
function refusePersistent(pid) {
  throw new PocketrecError(
    "unsupported",
    "file",
    "a pickle without external data",
    `a persistent id ${describe(pid)}`,
  );
}

/**
 * A byte of a pickle may create an object of a few hundred bytes. Models have some thousand
 * objects; a training set that lies beside them has a tuple for each rating, of 12 bytes or more. A
 * Map holds up to 2^24 entries.
 */
const OBJECTS_MAX = 1_000_000;
const OBJECT_BYTES = 12;
const ENTRIES_MAX = 2_000_000;
const MAP_MAX = 2 ** 23;
const STACK_MAX = 10_000_000;

/**
 * @param {number} count
 * @param {number} max
 */
function assertAtMost(count, max) {
  if (count > max)
    throw new PocketrecError("too-large", "file", `a pickle of at most ${max} values`, "more");
}

/** @param {string} found */
const broken = (found) => new PocketrecError("bad-header", "file", "a pickle", found);

class Machine {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   * @param {(pid: unknown) => unknown} persistent
   */
  constructor(bytes, at, persistent) {
    this.cursor = new Cursor(bytes, at);
    this.persistent = persistent;
    /** @type {any[]} */
    this.stack = [];
    /** Positions of the marks on the stack. @type {number[]} */
    this.marks = [];
    /** @type {Map<number, unknown>} */
    this.memo = new Map();
    this.objects = 0;
    this.objectsMax = Math.max(OBJECTS_MAX, Math.floor(bytes.length / OBJECT_BYTES));
    this.memoMax = Math.min(MAP_MAX, Math.max(ENTRIES_MAX, 2 * this.objectsMax));
    // Limits copies: a call of a few bytes may copy much.
    this.budget = 1_000_000 + 4 * bytes.length;
  }

  /** @param {number} amount */
  spend = (amount) => {
    this.budget -= amount;
    if (this.budget < 0)
      throw new PocketrecError(
        "too-large",
        "file",
        "a pickle as large as its values",
        "far more values",
      );
  };

  get floor() {
    return this.marks.length ? this.marks[this.marks.length - 1] : 0;
  }

  /** @param {unknown} value */
  push(value) {
    assertAtMost(this.stack.length, STACK_MAX);
    this.stack.push(value);
  }

  /** @param {unknown} object a new one */
  create(object) {
    assertAtMost(++this.objects, this.objectsMax);
    this.push(object);
  }

  pop() {
    if (this.stack.length <= this.floor) throw broken("too few values on its stack");
    return this.stack.pop();
  }

  get top() {
    if (this.stack.length <= this.floor) throw broken("too few values on its stack");
    return this.stack[this.stack.length - 1];
  }

  /** Removes the last mark; returns the values above it. @returns {any[]} */
  popMark() {
    const mark = this.marks.pop();
    if (mark === undefined) throw broken("no mark on its stack");
    return this.stack.splice(mark);
  }

  /** @param {number | bigint} index */
  put(index) {
    assertAtMost(this.memo.size, this.memoMax);
    this.memo.set(Number(index), this.top);
  }

  /** @param {number | bigint} index */
  get(index) {
    const key = Number(index);
    if (!this.memo.has(key)) throw broken(`an undefined memo entry, ${key}`);
    this.push(this.memo.get(key));
  }

  mark() {
    assertAtMost(this.marks.length, ENTRIES_MAX);
    this.marks.push(this.stack.length);
  }

  /** @param {number} count */
  tuple(count) {
    const items = Array.from({ length: count }, () => this.pop());
    this.create(items.reverse());
  }
}

/**
 * @param {any} target
 * @param {any[]} items
 */
function append(target, items) {
  const list = target instanceof Inert ? target.list : target;
  if (!Array.isArray(list)) throw broken(`values appended to ${describe(target)}`);
  for (const item of items) list.push(item);
}

/**
 * @param {any} target
 * @param {any[]} items alternating keys and values
 */
function setItems(target, items) {
  const map = target instanceof Inert ? target.items : target;
  if (!(map instanceof Map) || items.length % 2) throw broken(`entries set in ${describe(target)}`);
  assertAtMost(map.size + items.length / 2, ENTRIES_MAX);
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
}

/** @param {Machine} m */
function buildTop(m) {
  const state = m.pop();
  build(m.top, state, m);
}

/** @param {Machine} m */
function reduce(m) {
  const args = m.pop();
  m.create(callGlobal(m.pop(), args, m));
}

/** @param {Machine} m */
function stackGlobal(m) {
  const name = m.pop();
  m.create(nameGlobal(m.pop(), name));
}

/** @param {Machine} m */
function newObject(m) {
  const args = m.pop();
  m.create(instance(m.pop(), args, m));
}

/** @param {Machine} m */
function newObjectWithNames(m) {
  const names = m.pop();
  const args = m.pop();
  m.create(instance(m.pop(), names instanceof Map && names.size ? [args, names] : args, m));
}

/** @param {Machine} m */
function inst(m) {
  const type = nameGlobal(m.cursor.name(), m.cursor.name());
  m.create(instance(type, m.popMark(), m));
}

/** @param {Machine} m */
function objectOfMark(m) {
  const [type, ...args] = m.popMark();
  m.create(instance(type, args, m));
}

/** @param {Machine} m */
function integerLine(m) {
  const value = m.cursor.decimal();
  const digits = m.cursor.bytes.subarray(m.cursor.at - 3, m.cursor.at - 1);
  // Protocol 0 spells booleans 00 and 01.
  const boolean = digits[0] === 0x30 && (digits[1] === 0x30 || digits[1] === 0x31);
  m.push(boolean && (value === 0 || value === 1) ? value === 1 : value);
}

/** @param {Machine} m */
function addItems(m) {
  const items = m.popMark();
  if (!(m.top instanceof Set)) throw broken(`members added to ${describe(m.top)}`);
  assertAtMost(m.top.size + items.length, ENTRIES_MAX);
  for (const item of items) m.top.add(item);
}

/** @param {Machine} m */
function popOrMark(m) {
  if (m.marks.length && m.stack.length === m.floor) m.marks.pop();
  else m.pop();
}

/** @param {Machine} m */
function extension(m) {
  throw new PocketrecError(
    "unsafe",
    "file",
    "classes by name",
    `a class by number (byte ${m.cursor.at - 1})`,
    {
      hint: SAVE_WEIGHTS,
    },
  );
}

/** @param {() => unknown} make @returns {(m: Machine) => void} */
const creates = (make) => (m) => m.create(make());

/** @param {unknown} value @returns {(m: Machine) => void} */
const pushes = (value) => (m) => m.push(value);

const STOP = 0x2e;

/** By opcode. @type {Record<number, (m: Machine) => void>} */
const OPCODES = {
  0x28: /* ( MARK */ (m) => m.mark(),
  0x29: /* ) EMPTY_TUPLE */ creates(() => []),
  0x30: /* 0 POP */ popOrMark,
  0x31: /* 1 POP_MARK */ (m) => m.popMark(),
  0x32: /* 2 DUP */ (m) => m.push(m.top),
  0x42: /* B BINBYTES */ (m) => m.create(m.cursor.take(m.cursor.uint32())),
  0x43: /* C SHORT_BINBYTES */ (m) => m.create(m.cursor.take(m.cursor.byte())),
  0x46: /* F FLOAT */ (m) => m.push(m.cursor.float()),
  0x47: /* G BINFLOAT */ (m) => m.push(m.cursor.float64()),
  0x49: /* I INT */ integerLine,
  0x4a: /* J BININT */ (m) => m.push(m.cursor.int32()),
  0x4b: /* K BININT1 */ (m) => m.push(m.cursor.byte()),
  0x4c: /* L LONG */ (m) => m.push(m.cursor.decimal()),
  0x4d: /* M BININT2 */ (m) => m.push(m.cursor.uint16()),
  0x4e: /* N NONE */ pushes(null),
  0x50: /* P PERSID */ (m) => m.create(m.persistent(m.cursor.line())),
  0x51: /* Q BINPERSID */ (m) => m.create(m.persistent(m.pop())),
  0x52: /* R REDUCE */ reduce,
  0x53: /* S STRING */ (m) => m.push(m.cursor.quoted()),
  0x54: /* T BINSTRING */ (m) => m.push(m.cursor.latin1(m.cursor.uint32())),
  0x55: /* U SHORT_BINSTRING */ (m) => m.push(m.cursor.latin1(m.cursor.byte())),
  0x56: /* V UNICODE */ (m) => m.push(m.cursor.escaped()),
  0x58: /* X BINUNICODE */ (m) => m.push(m.cursor.text(m.cursor.uint32())),
  0x5d: /* ] EMPTY_LIST */ creates(() => []),
  0x61: /* a APPEND */ (m) => {
    const item = m.pop();
    append(m.top, [item]);
  },
  0x62: /* b BUILD */ buildTop,
  0x63: /* c GLOBAL */ (m) => m.create(nameGlobal(m.cursor.name(), m.cursor.name())),
  0x64: /* d DICT */ (m) => {
    const map = new Map();
    setItems(map, m.popMark());
    m.create(map);
  },
  0x65: /* e APPENDS */ (m) => {
    const items = m.popMark();
    append(m.top, items);
  },
  0x67: /* g GET */ (m) => m.get(m.cursor.decimal()),
  0x68: /* h BINGET */ (m) => m.get(m.cursor.byte()),
  0x69: /* i INST */ inst,
  0x6a: /* j LONG_BINGET */ (m) => m.get(m.cursor.uint32()),
  0x6c: /* l LIST */ (m) => m.create(m.popMark()),
  0x6f: /* o OBJ */ objectOfMark,
  0x70: /* p PUT */ (m) => m.put(m.cursor.decimal()),
  0x71: /* q BINPUT */ (m) => m.put(m.cursor.byte()),
  0x72: /* r LONG_BINPUT */ (m) => m.put(m.cursor.uint32()),
  0x73: /* s SETITEM */ (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(m.top, [key, value]);
  },
  0x74: /* t TUPLE */ (m) => m.create(m.popMark()),
  0x75: /* u SETITEMS */ (m) => {
    const items = m.popMark();
    setItems(m.top, items);
  },
  0x7d: /* } EMPTY_DICT */ creates(() => new Map()),
  0x80: /* PROTO */ (m) => {
    const protocol = m.cursor.byte();
    if (protocol > 5) throw broken(`protocol ${protocol}`);
  },
  0x81: /* NEWOBJ */ newObject,
  0x82: /* EXT1 */ extension,
  0x83: /* EXT2 */ extension,
  0x84: /* EXT4 */ extension,
  0x85: /* TUPLE1 */ (m) => m.tuple(1),
  0x86: /* TUPLE2 */ (m) => m.tuple(2),
  0x87: /* TUPLE3 */ (m) => m.tuple(3),
  0x88: /* NEWTRUE */ pushes(true),
  0x89: /* NEWFALSE */ pushes(false),
  0x8a: /* LONG1 */ (m) => m.push(m.cursor.long(m.cursor.byte())),
  0x8b: /* LONG4 */ (m) => m.push(m.cursor.long(m.cursor.uint32())),
  0x8c: /* SHORT_BINUNICODE */ (m) => m.push(m.cursor.text(m.cursor.byte())),
  0x8d: /* BINUNICODE8 */ (m) => m.push(m.cursor.text(m.cursor.uint64())),
  0x8e: /* BINBYTES8 */ (m) => m.create(m.cursor.take(m.cursor.uint64())),
  0x8f: /* EMPTY_SET */ creates(() => new Set()),
  0x90: /* ADDITEMS */ addItems,
  0x91: /* FROZENSET */ (m) => m.create(new Set(m.popMark())),
  0x92: /* NEWOBJ_EX */ newObjectWithNames,
  0x93: /* STACK_GLOBAL */ stackGlobal,
  0x94: /* MEMOIZE */ (m) => m.put(m.memo.size),
  0x95: /* FRAME */ (m) => {
    const length = m.cursor.uint64();
    const available = m.cursor.bytes.length - m.cursor.at;
    if (length > available)
      throw new PocketrecError("truncated", "file", `a frame of ${length} bytes`, `${available}`);
  },
  0x96: /* BYTEARRAY8 */ (m) => m.create(m.cursor.take(m.cursor.uint64())),
};
