// Marks what a module computes when it is loaded as free of side effects, which bundlers cannot see
// for themselves: then they drop it with the functions that used it.
import { parse } from "@babel/parser";

/** Expressions that bundlers keep because they might do something. */
const MAY_ACT = new Set(["CallExpression", "NewExpression", "SpreadElement", "MemberExpression"]);
/** They act when they are called. */
const LATER = /Function|^Class(Private)?Method|^ObjectMethod/;

/**
 * The text of a module, with the values of its top-level variables as pure calls where they might
 * act. No module of js/ changes anything but its own variables when it is loaded: package.json says
 * so with `sideEffects`.
 *
 * @param {string} text minified: nothing may inline the calls again
 */
export function pure(text) {
  const { body } = parse(text, { sourceType: "module" }).program;
  const values = body
    .flatMap(({ declaration, declarations = declaration?.declarations ?? [] }) => declarations)
    .flatMap(({ init }) => (init && mayAct(init) ? [init] : []));
  let result = text;
  for (const init of values.reverse()) {
    const { start, end } = init;
    const value = `/* @__PURE__ */${asCall(init, text.slice(start, end))}`;
    result = result.slice(0, start) + value + result.slice(end);
  }
  return result;
}

/** An expression as a call, whose parts do not act alone. */
function asCall(init, text) {
  const isCall = init.type === "CallExpression" || init.type === "NewExpression";
  const isAlone = isCall && !mayAct(init.arguments) && !mayAct(init.callee.object);
  if (isAlone) return text;
  return `(()=>${init.type === "ObjectExpression" ? `(${text})` : text})()`;
}

/** Whether a part of an expression that is evaluated at once might act. */
function mayAct(node) {
  if (Array.isArray(node)) return node.some(mayAct);
  if (typeof node?.type !== "string" || LATER.test(node.type)) return false;
  return MAY_ACT.has(node.type) || Object.values(node).some(mayAct);
}
