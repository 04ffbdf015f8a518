// `npm start` serves the folder `published/`. One process is enough behind a CDN; more use more
// cores: `npm start -- --processes 4`.
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { serve } from "./server/serve.mjs";
import { supervise } from "./server/supervise.mjs";

const folder = fileURLToPath(new URL("published", import.meta.url));

try {
  const { port, processes, drain } = readWords();
  const isPrimary = cluster.isPrimary && processes > 1;
  const running = isPrimary ? supervise(processes) : await serve({ folder, port, drain });
  if (cluster.isPrimary) console.log(`http://localhost:${running.port ?? port}`);
  let end;
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => (end ??= running.stop().then(() => process.exit())));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** drain: ms between the signal to stop and the last answer. */
function readWords() {
  const string = (usual) => ({ type: "string", default: usual });
  const options = { port: string("8080"), processes: string("1"), drain: string("0") };
  const entries = Object.entries(parseArgs({ options }).values).map(([name, text]) => {
    if (!/^\d{1,5}$/.test(text))
      throw new Error(`--${name} has to be a whole number, and is "${text}"`);
    return [name, Number(text)];
  });
  return Object.fromEntries(entries);
}
