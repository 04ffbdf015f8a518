// Writes docs/errors.md from the list of codes: `npm run error-codes`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";

import { ERROR_CODES } from "../js/common/error-codes.js";

const PAGE = fileURLToPath(new URL("../docs/errors.md", import.meta.url));

const INTRODUCTION = `# Error codes

Every failure is a \`PocketrecError\` with a stable \`code\`, the \`subject\` that is wrong, what
was \`expected\`, what was \`found\` and, where there is one, a \`hint\`. Its \`message\` is these
in one sentence.

\`\`\`js
import { loadModel, PocketrecError } from "pocketrec";

try {
  await loadModel(new Uint8Array(100));
} catch (error) {
  if (!(error instanceof PocketrecError)) throw error;
  console.log(error.code, "|", error.subject, "|", error.expected); // not-safetensors | file | ...
}
\`\`\`

| code | cause | what to do |
| --- | --- | --- |
`;

/** The page, as it must be. */
export async function errorsPage() {
  const rows = Object.entries(ERROR_CODES)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { cause, action }]) => `| \`${code}\` | ${cause} | ${action} |`);
  const options = await resolveConfig(PAGE);
  return format(`${INTRODUCTION}${rows.join("\n")}\n`, { ...options, parser: "markdown" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await errorsPage());
