// The models and list lengths that are timed. Sizes of the catalogue: MovieLens 1M.
import { fail } from "./command-line.js";

const USERS = 6040;
const ITEMS = 3706;

export const MODELS = {
  gmf8: { users: USERS, items: ITEMS, gmf: 8 },
  neumf8: { users: USERS, items: ITEMS, gmf: 8, tower: [64, 32, 16, 8] },
  neumf64: { users: USERS, items: ITEMS, gmf: 64, tower: [512, 256, 128, 64] },
};

export const WORKLOADS = [
  "neumf8/100",
  "neumf8/1000",
  "neumf8/3706",
  "neumf64/100",
  "neumf64/1000",
  "neumf64/3706",
];
export const DEFAULT_WORKLOADS = ["neumf8/1000", "neumf64/1000"];

/** "neumf8/1000" -> { name: "neumf8/1000", model: "neumf8", candidates: 1000 } */
export function parseWorkload(name) {
  if (!WORKLOADS.includes(name)) fail(`no workload ${name}; there are ${WORKLOADS.join(", ")}`);
  const [model, candidates] = name.split("/");
  return { name, model, candidates: Number(candidates) };
}
