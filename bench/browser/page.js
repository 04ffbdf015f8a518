// What run.js calls in the page: one table of a benchmark.
import { measure } from "../lib/peers.js";
import { BENCHMARKS } from "./benchmarks.js";

globalThis.measureTable = (name, workload, options) => measure(BENCHMARKS[name], workload, options);
