// What the scripts' command lines have in common.
import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";

const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "string" },
};

/**
 * What the command line asks for; prints `help` and ends where that was asked for or where an
 * option is wrong.
 */
export function readCommandLine(help, options) {
  try {
    const { values, positionals } = parseArgs({
      options: { ...COMMON, ...options },
      allowPositionals: true,
    });
    if (!values.help) return { options: values, positionals };
    console.log(help.trim());
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${help.trim()}`);
    process.exit(2);
  }
}

export function wholeNumber(text, name) {
  if (!/^[1-9]\d*$/.test(text)) fail(`--${name} is a whole number above 0, not ${text}`);
  return Number(text);
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Where the numbers hold. */
export function machine() {
  return {
    node: process.version,
    v8: process.versions.v8,
    processor: os.cpus()[0].model,
    load: os.loadavg()[0],
  };
}

export function printMachine() {
  const { node, v8, processor, load } = machine();
  console.log(
    `Node ${node} (V8 ${v8}), ${processor}, one thread. Load when started: ${load.toFixed(2)}\n`,
  );
}

export function writeJson(file, results) {
  if (file) writeFileSync(file, `${JSON.stringify({ machine: machine(), ...results }, null, 2)}\n`);
}
