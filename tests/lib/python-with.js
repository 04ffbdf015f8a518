// A Python that has the modules a test needs, if this machine has one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export function pythonWith(...modules) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [...new Set(folders.flatMap((folder) => ["python3", "python"].map((name) => join(folder, name))))];
  const code = `import sys; assert sys.version_info[0] == 3${modules.map((module) => `; import ${module}`).join("")}`;
  return candidates.filter(existsSync).find((path) => spawnSync(path, ["-c", code]).status === 0);
}

/** Runs a script, and gives what it printed as JSON. */
export function runPython(python, script, ...args) {
  const { status, stdout, stderr } = spawnSync(python, [script, ...args], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
