/** @param {import("commander").Command} program */
export function addQuantize(program) {
  program.command("quantize");
}
