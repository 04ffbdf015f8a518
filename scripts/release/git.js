// What git says of the working tree, and of the remote that releases are pushed to.
import { spawnSync } from "node:child_process";

const BRANCH = "main";

/** @param {string} root */
export function repository(root) {
  /** What git prints, or undefined where it fails. */
  const ask = (...words) => {
    const { status, stdout } = spawnSync("git", words, { cwd: root, encoding: "utf8" });
    return status === 0 ? stdout.trim() : undefined;
  };

  /** @throws {Error} with what git printed */
  const run = (...words) => {
    const { status, stdout, stderr } = spawnSync("git", words, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${words[0]}: ${(stderr || stdout).trim()}`);
    return stdout.trim();
  };

  const remote = ask("config", `branch.${BRANCH}.remote`) ?? "origin";

  /** The commit of a name on the remote: "" for none, undefined where it cannot be asked. */
  const remoteCommit = (name) => ask("ls-remote", remote, name)?.split(/\s/)[0];

  return {
    remote,
    tracked: () => run("ls-files", "-z").split("\0").filter(Boolean),

    reasonNotClean() {
      const changes = run("status", "--porcelain").split("\n").filter(Boolean);
      if (changes.length === 0) return undefined;
      const some = changes.slice(0, 10).join("\n");
      return `${changes.length} files are changed or not tracked:\n${some}`;
    },

    reasonNotCurrent() {
      const branch = ask("branch", "--show-current");
      if (branch !== BRANCH) return `the branch is ${branch || "none"}, expected ${BRANCH}`;
      // ls-remote, not fetch: nothing is changed here.
      const commit = remoteCommit(`refs/heads/${BRANCH}`);
      if (commit === undefined) return `the remote ${remote} cannot be asked (git ls-remote)`;
      if (commit === "") return `the remote ${remote} has no branch ${BRANCH}`;
      const isBehind = ask("merge-base", "--is-ancestor", commit, "HEAD") === undefined;
      return isBehind ? `${BRANCH} is behind ${remote}: git pull --rebase` : undefined;
    },

    reasonTagged(tag) {
      if (ask("rev-parse", "--verify", "--quiet", `refs/tags/${tag}`))
        return `there is a tag ${tag}`;
      return remoteCommit(`refs/tags/${tag}`) ? `${remote} has a tag ${tag}` : undefined;
    },

    /** Commits these files and tags the commit. */
    commit(paths, subject, tag, message) {
      run("add", "--", ...paths);
      run("commit", "--quiet", "-m", subject);
      run("tag", "--annotate", tag, "-m", message);
    },

    restore: (paths) => run("restore", "--staged", "--worktree", "--", ...paths),

    push: (tag) => run("push", "--atomic", remote, BRANCH, `refs/tags/${tag}`),
  };
}
