// Milliseconds to rank a list of candidates by NeuMF, beside other runtimes with the same weights.
import { runTables } from "../lib/table-command.js";
import { SCORE } from "./score-tables.js";

const HELP = `
node scoring/score.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--fresh-user] [--json FILE]

  WORKLOAD       model/candidates, by default ${SCORE.byDefault.join(" and ")}:
                 ${SCORE.workloads.join(", ")}
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --fresh-user   another user in every call, so that no peer can keep the user half
  --json FILE    writes the times of all rounds
`;

await runTables(SCORE, HELP, { "fresh-user": { type: "boolean", default: false } });
