// What the entries of the package export, with the comments of each symbol: read from dist/types,
// and from js/ for types, whose comments the declarations lack.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The entries that the reference documents, by the name of their file in docs/entries. */
export const ENTRIES = "pocketrec history cache worker packs privacy hnsw engine".split(" ");

const TYPES = "dist/types";

/**
 * @typedef {object} Symbol
 * @property {string} name as `Model.rank`
 * @property {"function" | "method" | "class" | "property" | "type"} kind
 * @property {string} comment
 */

/**
 * The public symbols of an entry.
 *
 * @param {string} entry
 * @returns {Symbol[]}
 */
export function surfaceOf(entry) {
  const values = exportsOf(entry === "pocketrec" ? "index" : entry);
  const types = documentedTypes(entry);
  return [...values, ...types].flatMap(({ name, file }) => symbolsOf(name, file));
}

/** The names of the types that the entry exports for TypeScript. */
export function typesOf(entry) {
  const text = declarations(entry === "pocketrec" ? "index" : entry);
  return [...text.matchAll(/^export type (\w+) = import\(/gm)].map(([, name]) => name);
}

/** The types that docs/entries documents, and the files that declare them. */
export function documentedTypes(entry) {
  const text = readFileSync(`docs/entries/${entry}.d.ts`, "utf8");
  return [...text.matchAll(/export \{([^}]*)\} from "\.\.\/types\/(.+?)\.js"/g)].flatMap(
    ([, names, file]) => namesIn(names).map((name) => ({ name, file })),
  );
}

const declarations = (file) => readFileSync(`${TYPES}/${file}.d.ts`, "utf8");

const namesIn = (list) => list.split(",").flatMap((name) => name.trim() || []);

/** The functions and classes that a module exports, and the files that declare them. */
function exportsOf(file) {
  const text = declarations(file);
  const own = [...text.matchAll(/^export declare (?:function|const|class) (\w+)/gm)];
  const passed = [...text.matchAll(/^export \{([^}]*)\}(?: from "(.+?)\.js")?;$/gm)].flatMap(
    ([, names, from]) => namesIn(names).map((name) => ({ name, file: sourceOf(name, from, file) })),
  );
  return [...own.map(([, name]) => ({ name, file })), ...passed];
}

/** The file that declares a name which another exports again. */
function sourceOf(name, from, file) {
  if (new RegExp(`^declare (const|function|class) ${name}\\b`, "m").test(declarations(file)))
    return file;
  const imported = new RegExp(`^import \\{[^}]*\\b${name}\\b[^}]*\\} from "(.+?)\\.js"`, "m");
  const target = join(file, "..", from ?? declarations(file).match(imported)[1]);
  return exportsOf(target).find((one) => one.name === name).file;
}

/** A name and, of a class, its members. */
function symbolsOf(name, file) {
  const text = declarations(file);
  const pattern = new RegExp(
    `^(?:export )?(?:declare )?(function|const|class|type) ${name}\\b`,
    "gm",
  );
  const [first, ...more] = [...text.matchAll(pattern)];
  if (first[1] === "type") return typeSymbols(name, file);
  if (first[1] !== "class")
    return [first, ...more].map(({ index }, at) => ({
      name,
      kind: "function",
      comment: more.length ? overloads(name, file)[at] : commentBefore(text, index),
    }));
  const comment = commentBefore(text, first.index);
  const body = text.slice(first.index, text.indexOf("\n}", first.index));
  return [{ name, kind: "class", comment }, ...membersOf(name, body)];
}

/** The comments of a function with overloads, which the declarations lack. */
function overloads(name, file) {
  const text = readFileSync(`js/${file}.js`, "utf8");
  const pattern = new RegExp(
    `((?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\s*)+)export (?:async )?function ${name}\\(`,
  );
  const comments = text.match(pattern)[1].match(/\/\*\*[^]*?\*\//g);
  return comments.filter((comment) => comment.includes("@overload"));
}

/** The comment that ends where a declaration begins. */
function commentBefore(text, index) {
  const before = text.slice(0, index).trimEnd();
  return before.endsWith("*/") ? before.slice(before.lastIndexOf("/**")) : "";
}

/** The members of a class, which TypeScript indents by four. */
function membersOf(owner, body) {
  const pattern = /^ {4}(?:static |readonly |get |set )*(\[[\w.]+\]|\w+)(\(|\?|:)/gm;
  return [...body.matchAll(pattern)]
    .filter(([, name]) => name !== "constructor")
    .map(({ 0: start, 1: name, 2: sign, index }) => ({
      name: `${owner}.${name}`,
      kind: sign === "(" && !/^ {4}get /.test(start) ? "method" : "property",
      comment: commentBefore(body, index),
    }));
}

/** A type and its properties, as the comments of js/ describe them. */
function typeSymbols(name, file) {
  for (const [comment] of readFileSync(`js/${file}.js`, "utf8").matchAll(/\/\*\*[^]*?\*\//g)) {
    const [lead, ...tags] = tagsOf(comment);
    const at = tags.findIndex((one) => one.tag === "typedef" && one.name === name);
    if (at < 0) continue;
    const next = tags.findIndex((one, i) => i > at && one.tag !== "property");
    const own = tags.slice(at + 1, next < 0 ? undefined : next);
    const said = tags[at].text || (tags.length === own.length + 1 ? lead.text : "");
    return [
      { name, kind: "type", comment: said },
      ...own.map((one) => ({ name: `${name}.${one.name}`, kind: "property", comment: one.text })),
    ];
  }
  throw new Error(`js/${file}.js has no type ${name}`);
}

/** The tags of a comment; the first entry is the text before them. */
function tagsOf(comment) {
  const text = comment.replace(/^\/\*\*|\*\/$/g, "").replaceAll(/^\s*\* ?/gm, "");
  return text.split(/^\s*@(?=\w)/m).map((part, at) => {
    if (at === 0) return { tag: "", name: "", text: part.trim() };
    const [, tag, rest] = part.match(/^(\w+)\s*([^]*)$/);
    const after = rest.slice(endOfType(rest)).trim();
    const [, name, said] = after.match(/^\[?([\w.]*)\]?\s*([^]*)$/);
    return { tag, name, text: said.trim() };
  });
}

/** Where the type in braces ends. */
function endOfType(text) {
  if (text[0] !== "{") return 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    depth += Number(text[at] === "{") - Number(text[at] === "}");
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The text of a comment before its tags. */
export const descriptionOf = (comment) => tagsOf(comment)[0].text;

/** The code of a comment's examples. */
export function examplesOf(comment) {
  const text = comment.replace(/\s*\*\/$/, "").replaceAll(/^\s*\* ?/gm, "");
  return text
    .split(/^@(?=\w)/m)
    .filter((part) => part.startsWith("example\n"))
    .map((part) => part.slice("example\n".length).trim());
}
