// Rewrites a .d.ts file, so that it compiles in programs with other libraries and options.
import { firstOf, isHidden, nodesOf } from "./reach.js";

/** Types that platform.d.ts declares for programs without them. */
const PLATFORM = ["AbortSignal", "Blob", "EventTarget", "Response", "URL", "WebAssembly", "Worker"];

/** Arrays are generic from TypeScript 5.7 on. */
const ARRAY = /^(Ui|I)nt\d+Array$|^Float\d+Array$/;
/** The types of platform.d.ts for arrays with a memory of their own. */
const OWN_ARRAYS = { Uint8Array: "Bytes", Float32Array: "Floats" };

/** Members by which `using` disposes, and the interfaces of platform.d.ts that have them. */
const DISPOSERS = { dispose: "Disposes", asyncDispose: "AsyncDisposes" };

/**
 * @typedef {import("./reach.js").Declarations} Declarations
 * @typedef {{ start: number, end: number, text: string, platform?: string }} Edit a part of the
 *   file, what takes its place, and the type of platform.d.ts that this uses
 */

/**
 * The text of a file with its reached declarations alone.
 *
 * @param {Declarations} file
 * @param {string} platform where platform.js is, relative to the file
 */
export function rewritten(file, platform) {
  const used = new Set();
  const parts = file.statements
    .filter((statement) => isKept(file, statement))
    .map((statement) => statementText(file, statement, used));
  if (used.size) parts.unshift(`import { ${[...used].sort().join(", ")} } from "${platform}";`);
  return parts.join("\n") + "\n";
}

/** Whether a statement declares or names something reached. */
function isKept({ declared, reached }, statement) {
  const { specifiers } = statement;
  if (specifiers?.length) return specifiers.some((one) => reached.has(nameOf(one)));
  const own = [...declared].filter(([, statements]) => statements.includes(statement));
  return own.length ? own.some(([name]) => reached.has(name)) : !statement.source;
}

/** The name by which a file knows what it imports, or by which others know what it exports. */
const nameOf = ({ exported, local }) => (exported ?? local).name;

/** A statement with its comment, rewritten. What it needs of platform.d.ts is added to `used`. */
function statementText(file, statement, used) {
  if (statement.specifiers?.length) return specifiersText(file, statement);
  const { declaration = statement } = statement;
  const name = declaration?.id?.name;
  const edits = [];
  for (const node of nodesOf(statement, (node) => isHidden(node, name, file)))
    edits.push(...editsOf(node, file));
  for (const member of declaration?.body?.body ?? [])
    edits.push(...memberEdits(member, isHidden(member, name, file)));
  const platform = new Set(edits.flatMap((edit) => edit.platform ?? []));
  for (const one of platform) used.add(one);
  const more = Object.values(DISPOSERS)
    .filter((one) => platform.has(one))
    .map((one) => `\nexport interface ${name} extends ${one} {}`);
  return applied(file.text, startOf(statement), statement.end, edits) + more.join("");
}

/** An import or export of names, without those that nothing needs. */
function specifiersText({ text, reached }, { specifiers, ...statement }) {
  const edits = specifiers
    .filter((one) => !reached.has(nameOf(one)))
    .map(({ start, end }) => ({
      start,
      end: text.slice(end).match(/^,\s*/) ? end + text.slice(end).match(/^,\s*/)[0].length : end,
      text: "",
    }));
  return applied(text, statement.start, statement.end, edits);
}

/** @returns {Edit[]} */
function editsOf(node, { declared, imports }) {
  const { start, end, type } = node;
  if (type === "TSPropertySignature" || type === "ClassProperty") return optionalEdits(node);
  const named = type === "TSTypeReference" ? node.typeName : node.superClass;
  if (!named) return [];
  const name = firstOf(named);
  if (node.typeParameters && ARRAY.test(name)) {
    const isOwn = node.typeParameters.params[0].typeName?.name === "ArrayBuffer";
    const platform = isOwn ? OWN_ARRAYS[name] : undefined;
    return [{ start, end, text: platform ?? name, platform }];
  }
  if (!PLATFORM.includes(name) || declared.has(name) || imports.has(name)) return [];
  return [{ start, end: start, text: "", platform: name }];
}

/**
 * An optional property may be undefined, too: with exactOptionalPropertyTypes it has to say so.
 *
 * @returns {Edit[]}
 */
function optionalEdits({ optional, typeAnnotation }) {
  const type = typeAnnotation?.typeAnnotation;
  if (!optional || !type || ["TSAnyKeyword", "TSUnknownKeyword"].includes(type.type)) return [];
  if (type.types?.some((one) => one.type === "TSUndefinedKeyword")) return [];
  const [open, close] = /Function|Conditional/.test(type.type) ? ["(", ")"] : ["", ""];
  return [
    { start: type.start, end: type.start, text: open },
    { start: type.end, end: type.end, text: `${close} | undefined` },
  ];
}

/**
 * The constructors of what the package alone makes say nothing; `[Symbol.dispose]` comes from
 * platform.d.ts.
 *
 * @returns {Edit[]}
 */
function memberEdits(member, isHiddenMember) {
  const [start, end] = [startOf(member), member.end];
  if (isHiddenMember) return [{ start, end, text: "protected constructor();" }];
  const symbol = member.key?.object?.name === "Symbol" && member.key.property.name;
  if (!(symbol in DISPOSERS)) return [];
  return [{ start, end, text: "", platform: DISPOSERS[symbol] }];
}

/** Where a node begins, with its own comment. */
const startOf = ({ start, leadingComments = [] }) =>
  leadingComments.findLast(({ type }) => type === "CommentBlock")?.start ?? start;

/** A part of a text, edited. Later edits come first, so that the earlier keep their places. */
function applied(text, start, end, edits) {
  let result = text.slice(start, end);
  for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, edit.start - start) + edit.text + result.slice(edit.end - start);
  return result;
}
