// A process that adds interactions to a history until it is killed or done, and prints each one
// that was acknowledged. Arguments: FOLDER NAME PREFIX COUNT
import { writeSync } from "node:fs";

import { openHistory } from "../../dist/history.node.js";

const [folder, name, prefix, count] = process.argv.slice(2);
const history = await openHistory(name, { folder, limit: 100_000 });
for (let i = 0; i < Number(count); i++) {
  await history.add({ item: `${prefix}-${i}`, rating: i });
  // Synchronous: a kill after this line does not lose the output.
  writeSync(1, `${prefix}-${i}\n`);
}
history.close();
