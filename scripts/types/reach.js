// Which declarations of emitted .d.ts files the entries of the package need.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "@babel/parser";

/**
 * @typedef {object} Declarations a parsed .d.ts file
 * @property {string} text
 * @property {any[]} statements
 * @property {Map<string, { file: string, name: string }>} imports by their local names
 * @property {Map<string, any[]>} declared the statements that declare a name
 * @property {Map<string, { file?: string, name: string }>} passed names that are exported from
 *   elsewhere, or under another name
 * @property {Set<string>} named the names that `export { ... }` lists
 * @property {Set<string>} reached the names that are needed
 * @property {Set<string>} constructed the classes that an entry exports as values
 */

/**
 * Reads the entries and all that they refer to.
 *
 * @param {string} folder where tsc has written declarations
 * @param {string[]} entries their paths in it
 * @returns {Map<string, Declarations>} by path
 */
export function reachedFrom(folder, entries) {
  /** @type {Map<string, Declarations>} */
  const files = new Map();
  const exported = entries.flatMap((file) => {
    const { declared, named } = open(file);
    return [...declared.keys(), ...named].map((name) => ({ file, name }));
  });
  for (const { file, name } of exported) markConstructed(file, name);
  for (const { file, name } of exported) reach(file, name);
  return files;

  /** @param {string} file */
  function open(file) {
    const known = files.get(file) ?? read(folder, file);
    files.set(file, known);
    return known;
  }

  /** Where a file has a name from. */
  function sourceOf(file, name) {
    const source = open(file).imports.get(name) ?? open(file).passed.get(name);
    return source && { file: source.file ?? file, name: source.name };
  }

  function markConstructed(file, name) {
    const source = sourceOf(file, name);
    if (source) markConstructed(source.file, source.name);
    else open(file).constructed.add(name);
  }

  function reach(file, name) {
    const { declared, imports, reached } = open(file);
    if (reached.has(name)) return;
    reached.add(name);
    const source = sourceOf(file, name);
    if (source) reach(source.file, source.name);
    for (const statement of declared.get(name) ?? []) {
      for (const node of nodesOf(statement, (node) => isHidden(node, name, open(file)))) {
        if (node.type === "Identifier" && (imports.has(node.name) || declared.has(node.name)))
          reach(file, node.name);
        if (node.type === "TSImportType")
          reach(fileOf(file, node.argument.value), firstOf(node.qualifier));
      }
    }
  }
}

/** Whether a node is the constructor of a class that the package alone makes. */
export const isHidden = (node, className, { constructed }) =>
  node.kind === "constructor" && !constructed.has(className);

/** The nodes of a syntax tree, from the root down, without those that are skipped. */
export function* nodesOf(node, isSkipped) {
  if (Array.isArray(node)) for (const one of node) yield* nodesOf(one, isSkipped);
  else if (typeof node?.type === "string" && !node.type.startsWith("Comment")) {
    if (isSkipped(node)) return;
    yield node;
    for (const value of Object.values(node))
      if (typeof value === "object") yield* nodesOf(value, isSkipped);
  }
}

/** The first identifier of a dotted name. */
export const firstOf = (name) => (name.left ? firstOf(name.left) : name.name);

const fileOf = (from, specifier) => join(dirname(from), specifier.replace(/\.js$/, ".d.ts"));

/** @returns {Declarations} */
function read(folder, file) {
  const text = readFileSync(join(folder, file), "utf8");
  const options = { sourceType: "module", plugins: [["typescript", { dts: true }]] };
  const statements = parse(text, options).program.body;
  const imports = new Map();
  const declared = new Map();
  const passed = new Map();
  const named = new Set();
  for (const statement of statements) {
    const { declaration = statement, specifiers = [], source } = statement;
    const from = source ? fileOf(file, source.value) : undefined;
    for (const { imported, local, exported } of specifiers) {
      if (imported) imports.set(local.name, { file: from, name: imported.name });
      else named.add(exported.name);
      if (exported && (from || exported.name !== local.name))
        passed.set(exported.name, { file: from, name: local.name });
    }
    for (const name of namesOf(declaration))
      declared.set(name, [...(declared.get(name) ?? []), statement]);
  }
  const [reached, constructed] = [new Set(), new Set()];
  return { text, statements, imports, declared, passed, named, reached, constructed };
}

/** The names that a declaration declares. */
function namesOf(declaration) {
  if (declaration?.id) return [declaration.id.name];
  return (declaration?.declarations ?? []).map(({ id }) => id.name);
}
