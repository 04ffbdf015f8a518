import { Option } from "commander";

import { PocketrecError, show } from "../../js/common/errors.js";
import { parseColumns } from "../evaluate/reading/columns.js";
import { DELIMITERS } from "../evaluate/reading/dialect.js";
import { choice, paragraph } from "./options.js";

const TEXTS = {
  columns: paragraph(`which columns are the user, the item, the rating and the time, by names or by
    numbers from 1: user=NAME,item=NAME,rating=NAME,time=NAME; rating=none and time=none read none;
    time=DATE+CLOCK joins two`),
  dates: "order of dates such as 03/04/2001: day or month first",
  dialect: paragraph(`how files are written, where that is not clear: delimiter=tab (${Object.keys(
    DELIMITERS,
  ).join(", ")} or a character), header=yes or no, quotes=no, encoding=utf-16le, decimal=comma or
    point, lines=rows or lists, comment=# or none, missing=99 (the rating that stands for none) or
    none; several with commas between them`),
};

/**
 * Adds the options that say how files of interactions are read.
 * @param {import("commander").Command} command
 */
export function addReadingOptions(command) {
  command
    .addOption(new Option("--columns <columns>", TEXTS.columns).argParser(parseColumns))
    .addOption(choice("--dates <order>", TEXTS.dates, ["dmy", "mdy"]))
    .addOption(new Option("--dialect <settings>", TEXTS.dialect).argParser(parseDialect));
  return command;
}

/**
 * @param {Record<string, any>} options of the command line
 * @returns {import("../evaluate/interactions.js").ReadOptions}
 */
export const readOptionsOf = ({ columns, dates, dialect }) => ({ columns, dates, dialect });

/** What each setting may be. @type {Record<string, (value: string) => unknown>} */
const SETTINGS = {
  delimiter: (value) =>
    DELIMITERS[/** @type {keyof typeof DELIMITERS} */ (value)] ??
    (/^[^"\s]{1,4}$/.test(value) ? value : undefined),
  header: (value) => ({ yes: true, no: false })[value],
  quotes: (value) => ({ yes: true, no: false })[value],
  encoding: (value) => value.toLowerCase() || undefined,
  decimal: (value) => ["comma", "point"].find((name) => name === value),
  lines: (value) => ["rows", "lists"].find((name) => name === value),
  comment: (value) => (/^([#%;]|\/\/|none)$/.test(value) ? value : undefined),
  missing: (value) =>
    value === "none" ? value : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined,
};

/**
 * Reads "delimiter=tab,header=no".
 *
 * @param {string} text
 * @returns {import("../evaluate/reading/dialect.js").Said}
 * @throws {PocketrecError} "bad-argument"
 */
export function parseDialect(text) {
  /** @type {Record<string, unknown>} */
  const said = {};
  for (const part of text.split(",")) {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const read = Object.hasOwn(SETTINGS, name) ? SETTINGS[name](value) : undefined;
    if (read === undefined || Object.hasOwn(said, name)) {
      const expected =
        "delimiter=tab, header=no, quotes=no, encoding=utf-16le, decimal=comma, lines=lists";
      throw new PocketrecError("bad-argument", "--dialect", expected, show(part));
    }
    said[name] = read;
  }
  return said;
}
