/** @param {import("commander").Command} program */
export function addEvaluate(program) {
  program.command("evaluate");
}
