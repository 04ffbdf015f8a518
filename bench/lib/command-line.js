// What the command lines of all scripts share.
import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";

const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "string" },
};

/** Parses the command line. Prints `help` and exits if it is requested or an option is wrong. */
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
  if (!/^[1-9]\d*$/.test(text)) fail(`--${name} must be a whole number above 0, found ${text}`);
  return Number(text);
}

/** The given workloads, or the default; each must be one of `known`. */
export function chooseWorkloads(given, known, byDefault = known) {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) fail(`unknown workload ${unknown}; expected ${known.join(", ")}`);
  return given.length ? given : byDefault;
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

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
    `Node ${node} (V8 ${v8}), ${processor}, one thread. Load at start: ${load.toFixed(2)}`,
  );
  console.log();
}

export function writeJson(file, results) {
  if (file) writeFileSync(file, `${JSON.stringify({ machine: machine(), ...results }, null, 2)}\n`);
}
