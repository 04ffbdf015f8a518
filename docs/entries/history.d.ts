export * from "../../dist/types/history.js";
export type { History, HistoryOptions } from "../../dist/types/history/history.js";
