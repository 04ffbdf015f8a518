// A process that adds to a history until it is killed or done, and says what was acknowledged:
// FOLDER NAME PREFIX COUNT
import { writeSync } from "node:fs";

import { openHistory } from "../../dist/history.node.js";

const [folder, name, prefix, count] = process.argv.slice(2);
const history = await openHistory(name, { folder, limit: 100_000 });
for (let i = 0; i < Number(count); i++) {
  await history.add({ item: `${prefix}-${i}`, rating: i });
  // Not by a stream: what is killed next has said it.
  writeSync(1, `${prefix}-${i}\n`);
}
history.close();
