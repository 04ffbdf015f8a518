/** @param {import("commander").Command} program */
export function addInspect(program) {
  program.command("inspect");
}
