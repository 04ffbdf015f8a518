/** @param {import("commander").Command} program */
export function addRank(program) {
  program.command("rank");
}
