// Milliseconds of U-AutoRec for a history of 165: some candidates, or the whole catalogue.
import { runTables } from "../lib/table-command.js";
import { AUTOENCODER } from "./autoencoder-tables.js";

const HELP = `
node scoring/autoencoder.js [WORKLOAD]... [--only WORD]... [--rounds 9] [--json FILE]

  Needs ./build.sh bench.
  WORKLOAD       items/candidates: ${AUTOENCODER.workloads.join(", ")} (default: all)
  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 9)
  --json FILE    writes the times of all rounds
`;

await runTables(AUTOENCODER, HELP);
