// Which version may follow which.
import semver from "semver";

const STEPS = /** @type {const} */ (["patch", "minor", "major"]);

/**
 * The version that is asked for.
 *
 * @param {string} current
 * @param {string} wanted a version, or patch, minor or major
 * @returns {string} may be no version at all: `reasonAgainst` says so
 */
export function versionFor(current, wanted) {
  const step = STEPS.find((name) => name === wanted);
  return step ? String(semver.inc(current, step)) : wanted;
}

/**
 * Why a version may not follow, by Semantic Versioning; undefined where it may. Before 1.0 a
 * breaking change is a minor version.
 *
 * @param {string} current
 * @param {string} next
 * @param {number} breaking how many breaking changes the changelog names
 */
export function reasonAgainst(current, next, breaking) {
  if (semver.valid(next) !== next)
    return `"${next}" is no version: expected patch, minor, major or a number such as 1.2.3`;
  // The modules hold a number of three parts: 1.0.0-rc.1 and 1.0.0 would count as the same.
  if (semver.prerelease(next))
    return `${next} is a prerelease, which the modules cannot tell apart`;
  if (semver.lte(next, current)) return `${next} is not above ${current}`;
  const following = STEPS.map((step) => semver.inc(current, step));
  if (!following.includes(next)) return `after ${current} comes ${following.join(" or ")}`;
  const step = STEPS[following.indexOf(next)];
  const isBefore1 = semver.major(current) === 0;
  const least = following[isBefore1 ? 1 : 2];
  if (breaking && step !== "major" && !(isBefore1 && step === "minor"))
    return `the changelog has breaking changes (${breaking}): expected ${least}`;
  if (!breaking && step === "major" && !isBefore1)
    return `the changelog has no breaking change: expected ${following[1]} or ${following[0]}`;
  return undefined;
}
