/** @param {import("commander").Command} program */
export function addVerify(program) {
  program.command("verify");
}
