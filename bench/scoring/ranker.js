// Milliseconds of a ranker's tower for a list of candidates, beside other runtimes.
import { runTables } from "../lib/table-command.js";
import { RANKER } from "./ranker-tables.js";

const HELP = `
node scoring/ranker.js [WORKLOAD]... [--only WORD]... [--candidates 500] [--rounds 9] [--json FILE]

  WORKLOAD         shared: 384 of the 512 inputs are the user's and the same for every candidate
                   not-shared: all inputs are the candidate's
                   (default: both)
  --only WORD      only peers whose name contains WORD (repeatable)
  --candidates N   how many are ranked (default 500)
  --rounds N       rounds of one batch per peer (default 9)
  --json FILE      writes the times of all rounds
`;

await runTables(RANKER, HELP, { candidates: { type: "string", default: "500" } });
