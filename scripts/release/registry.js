// What npm's registry has of a package already.
import { spawnSync } from "node:child_process";

/**
 * @param {string} root
 * @param {string} name
 * @param {string} version
 * @returns {{ reason?: string, unknown?: string }} reason: why the version cannot be published;
 *   unknown: why the registry cannot be asked
 */
export function onRegistry(root, name, version) {
  const words = ["view", `${name}@${version}`, "version", "--json", "--fetch-retries=0"];
  const { stdout, error } = spawnSync("npm", words, { cwd: root, encoding: "utf8" });
  if (error) return { unknown: error.message };
  const answer = stdout.trim() && JSON.parse(stdout);
  if (!answer?.error) return answer ? { reason: `${name} ${version} is published already` } : {};
  const { code, summary } = answer.error;
  return code === "E404" ? {} : { unknown: `${code} ${summary}` };
}
