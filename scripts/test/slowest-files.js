// A reporter of `node --test`: the files that took longest, at the end.

const SHOWN = 15;

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* slowestFiles(events) {
  /** @type {Map<string, number>} */
  const seconds = new Map();
  for await (const { type, data } of events) {
    if (!/^test:(pass|fail)$/.test(type) || data.nesting > 0 || !data.file) continue;
    const before = seconds.get(data.file) ?? 0;
    seconds.set(data.file, before + data.details.duration_ms / 1000);
  }
  const files = [...seconds].sort(([, a], [, b]) => b - a);
  const sum = files.reduce((total, [, one]) => total + one, 0);
  yield `\nseconds of the slowest of ${files.length} files; all files together ${sum.toFixed(0)}\n`;
  for (const [file, one] of files.slice(0, SHOWN))
    yield `${one.toFixed(1).padStart(8)} ${file.replace(/^.*[\\/]/, "")}\n`;
}
