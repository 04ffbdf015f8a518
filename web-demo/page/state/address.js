/**
 * The state of the page in the fragment of its address, which browsers send to nobody:
 * `#/autoencoders?model=dae&noise=0.3`. A teacher can send it, and a reload brings it back.
 */
import { computed, signal } from "@preact/signals";

/** What every section keeps when another is opened. */
const COMMON = ["r", "lang"];

/** Browsers refuse more than some 20 changes of the address a second; a drag makes 60. */
const BETWEEN = 200; // ms

/** What the address says, or will say once `waiting` is over. */
const fragment = signal(location.hash);
let waiting;
let writtenAt = -Infinity;

addEventListener("hashchange", () => {
  const before = parts.peek().params;
  clearTimeout(waiting);
  fragment.value = location.hash;
  // A link in the prose names a section and its settings: the visitor stays who they are.
  for (const name of COMMON)
    if (before.has(name) && !parts.peek().params.has(name)) write(name, before.get(name));
});

const parts = computed(() => {
  const [path, query] = fragment.value.replace(/^#\/?/, "").split("?");
  return { section: path, params: new URLSearchParams(query) };
});

/** The name of the section in the address; empty at first. */
export const sectionName = computed(() => parts.value.section);

/** That part of the address, which changes less often than the rest. */
const common = computed(() => {
  const kept = COMMON.filter((name) => parts.value.params.has(name));
  return readable(new URLSearchParams(kept.map((name) => [name, parts.value.params.get(name)])));
});

/**
 * The address of a section, with settings.
 * @param {string} section
 * @param {Record<string, string | number>} [settings]
 */
export function addressOf(section, settings = {}) {
  const params = new URLSearchParams(common.value);
  for (const [name, value] of Object.entries(settings)) params.set(name, String(value));
  return `#/${section}${params.size > 0 ? `?${readable(params)}` : ""}`;
}

/** Colons and commas need no escape in a fragment. */
const readable = (params) => String(params).replaceAll("%2C", ",").replaceAll("%3A", ":");

/**
 * A setting of the section, which the address holds while it differs from the default. Whatever the
 * address says, the value is one that the section allows.
 *
 * @template {string | number | boolean} T
 * @param {string} name
 * @param {T} initial
 * @param {{ among?: readonly T[], min?: number, max?: number, isWhole?: boolean }} [allowed]
 * @returns {[value: T, set: (value: T) => void]}
 * @example
 * const [noise, setNoise] = setting("noise", 0.3, { min: 0, max: 0.9 }); // in a component
 */
export function setting(name, initial, allowed = {}) {
  const text = parts.value.params.get(name);
  const read = text === null ? initial : parse(text, typeof initial);
  return [isAllowed(read, allowed) ? read : initial, (value) => write(name, value, initial)];
}

function parse(text, type) {
  if (type === "number") return text.trim() === "" ? NaN : Number(text);
  return type === "boolean" ? text === "1" : text;
}

function isAllowed(value, { among, min = -Infinity, max = Infinity, isWhole = false }) {
  if (among) return among.includes(value);
  if (typeof value !== "number") return true;
  return value >= min && value <= max && (!isWhole || Number.isInteger(value));
}

/**
 * Sets a parameter without a step in the browser's history.
 * @param {string} name
 * @param {string | number | boolean | null} value null: none
 * @param {string | number | boolean} [initial] not written
 */
export function write(name, value, initial) {
  const { section, params } = parts.peek();
  const changed = new URLSearchParams(params);
  if (value === null || value === initial) changed.delete(name);
  else changed.set(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  const query = changed.size > 0 ? `?${readable(changed)}` : "";
  fragment.value = `#/${section}${query}`;
  clearTimeout(waiting);
  const rest = writtenAt + BETWEEN - performance.now();
  if (rest > 0) waiting = setTimeout(settle, rest);
  else settle();
}

/** The address says what the page shows. */
function settle() {
  writtenAt = performance.now();
  history.replaceState(null, "", fragment.peek());
}

/** The fragment of what the page shows. */
export const currentFragment = () => fragment.peek();

/** @param {string} name */
export const parameter = (name) => parts.value.params.get(name);
