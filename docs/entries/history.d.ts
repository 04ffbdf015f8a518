// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/history.js";
export { History, HistoryOptions } from "../types/history/history.js";
export {
  AddedInteraction,
  Interaction,
  NewInteraction,
} from "../types/history/stored-interactions.js";
export { ExportedHistory } from "../types/history/export-format.js";
export { Budget, Charge, Expense, Spent } from "../types/history/ledger.js";
