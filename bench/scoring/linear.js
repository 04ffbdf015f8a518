// Milliseconds of the linear models: a dot product for a user vector, EASE for a history of 165.
import { runTables } from "../lib/table-command.js";
import { LINEAR } from "./linear-tables.js";

const HELP = `
node scoring/linear.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--json FILE]

  WORKLOAD       model/candidates: ${LINEAR.workloads.join(", ")} (default: all)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --json FILE    writes the times of all rounds
`;

await runTables(LINEAR, HELP);
