// The changelog's section of what is not released yet.
const HEADING = "## Unreleased";
const BREAKING = /^- \*\*Breaking:\*\*/gm;

/**
 * @param {string} text of CHANGELOG.md
 * @returns {{ body: string, breaking: number } | undefined} undefined without the section
 */
export function unreleased(text) {
  const [, after] = `\n${text}`.split(`\n${HEADING}\n`);
  if (after === undefined) return undefined;
  const body = after.split(/^## /m)[0].trim();
  return { body, breaking: body.match(BREAKING)?.length ?? 0 };
}

/**
 * The changelog, with the section under the version's heading, below an empty one.
 *
 * @param {string} text
 * @param {string} version
 * @param {string} date such as 2026-12-01
 */
export function withRelease(text, version, date) {
  return text.replace(HEADING, `${HEADING}\n\n## ${version} - ${date}`);
}
