// Milliseconds to rank the same candidates for several users: `rankMany`, a loop over `rank`, and
// other runtimes with the same batch as one run of a graph.
import { runTables } from "../lib/table-command.js";
import { RANK_MANY } from "./rank-many-tables.js";

const HELP = `
node scoring/rank-many.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--json FILE]

  WORKLOAD       model/users x candidates: ${RANK_MANY.workloads.join(", ")} (default: all)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --json FILE    writes the times of all rounds
`;

await runTables(RANK_MANY, HELP);
