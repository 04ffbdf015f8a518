/** @param {import("commander").Command} program */
export function addConvert(program) {
  program.command("convert");
}
