/** What a field looks like: a number, a time, nothing. */

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;

/** Words for a value that is missing. */
const MISSING = /^(?:|nan|na|n\/a|null|none|\\n)$/i;

/** @param {string} field */
export const isMissing = (field) => MISSING.test(field);

/**
 * A number with a decimal point or a decimal comma.
 * @param {string} field
 */
export const isNumber = (field) => NUMBER.test(field);

/**
 * The number that a field holds, or NaN: no blanks, hexadecimals or infinities.
 * @param {string} field
 */
export function numberIn(field) {
  if (!NUMBER.test(field)) return NaN;
  return Number(field.includes(",") ? field.replace(",", ".") : field);
}

/**
 * @typedef {object} DateParts
 * @property {"ymd" | "dmy or mdy" | "day month name"} form
 * @property {[number, number, number]} parts year, then month and day, or for "dmy or mdy" the
 *   first and the second number
 * @property {number} time milliseconds of the day; less a time zone's offset
 */

const SECONDS = String.raw`(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const CLOCK = String.raw`(?:(?:[T ]|,\s*)\s*(\d{1,2}):(\d\d)${SECONDS}\s*([AaPp][Mm])?)?`;
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?`;
const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";

const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${CLOCK}${ZONE}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${CLOCK}${ZONE}$`);
/** Amazon's reviews: "09 17, 2001". */
const MONTH_DAY_YEAR = /^(\d{1,2}) (\d{1,2}), (\d{4})$/;
const NAMED_MONTH_FIRST = new RegExp(`^${MONTH}\\.? (\\d{1,2}),? (\\d{4})${CLOCK}${ZONE}$`, "i");
const NAMED_DAY_FIRST = new RegExp(
  `^(?:[a-z]{3},? )?(\\d{1,2})[ -]${MONTH}\\.?[ -](\\d{4})${CLOCK}${ZONE}$`,
  "i",
);
/** Twitter's: "Mon Sep 17 01:46:40 +0000 2001". */
const TWITTER = new RegExp(
  `^[a-z]{3} ${MONTH} (\\d{1,2}) (\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d{4}) (\\d{4})$`,
  "i",
);
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/**
 * A date in words or with separators; undefined for other text.
 *
 * @param {string} field
 * @returns {DateParts | undefined}
 */
export function dateIn(field) {
  if (field.length > 40) return undefined;
  let match = YEAR_FIRST.exec(field);
  if (match) return dated("ymd", [match[1], match[3], match[4]], match.slice(5));
  if ((match = YEAR_LAST.exec(field)))
    return dated("dmy or mdy", [match[4], match[1], match[3]], match.slice(5));
  if ((match = MONTH_DAY_YEAR.exec(field)))
    return dated("day month name", [match[3], match[1], match[2]], []);
  if ((match = NAMED_MONTH_FIRST.exec(field)))
    return dated("day month name", [match[3], monthOf(match[1]), match[2]], match.slice(4));
  if ((match = NAMED_DAY_FIRST.exec(field)))
    return dated("day month name", [match[3], monthOf(match[2]), match[1]], match.slice(4));
  if ((match = TWITTER.exec(field))) {
    const [, month, day, hour, minute, second, zone, year] = match;
    const clock = [hour, minute, second, "", "", zone];
    return dated("day month name", [year, monthOf(month), day], clock);
  }
  return undefined;
}

/** @param {string} name */
const monthOf = (name) => String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);

/**
 * @param {DateParts["form"]} form
 * @param {string[]} parts
 * @param {(string | undefined)[]} clock hour, minute, second, fraction, am or pm, zone
 * @returns {DateParts | undefined}
 */
function dated(form, parts, [hour = "0", minute = "0", second = "0", fraction, half, zone]) {
  const hours = half ? (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0) : Number(hour);
  if (hours > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const seconds = (hours * 60 + Number(minute)) * 60 + Number(second);
  const [, sign, h, m] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? "") ?? [];
  const offset = sign ? Number(`${sign}1`) * (Number(h) * 60 + Number(m)) * 60 : 0;
  const time = (seconds - offset + Number(`0.${fraction || 0}`)) * 1000;
  const [year, a, b] = parts.map(Number);
  const isDate = form === "dmy or mdy" ? isDay(year, a, b) || isDay(year, b, a) : isDay(year, a, b);
  return isDate ? { form, parts: [year, a, b], time } : undefined;
}

/**
 * @param {number} year
 * @param {number} month
 * @param {number} day
 */
export const isDay = (year, month, day) =>
  month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The years 1985 to 2100, in seconds since 1970. */
export const [FROM, TO] = [473e6, 4103e6];

const UNITS = /** @type {const} */ ([
  [1, "seconds since 1970"],
  [1e3, "milliseconds since 1970"],
  [1e6, "microseconds since 1970"],
  [1e9, "nanoseconds since 1970"],
]);

/**
 * The unit of a number that may be a time since 1970.
 * @param {number} value
 */
export const epochUnit = (value) =>
  UNITS.find(([scale]) => value >= FROM * scale && value < TO * scale);

/**
 * The day of a compact date, 20010917 or 20010917014640.
 * @param {string} field
 */
export function isCompactDate(field) {
  const [, year, month, day] =
    /^((?:19|20)\d\d)(\d\d)(\d\d)(?:[0-5]\d[0-5]\d[0-5]\d)?$/.exec(field) ?? [];
  return year !== undefined && isDay(Number(year), Number(month), Number(day));
}

/**
 * Whether a field cannot be anything but a time.
 * @param {string} field
 */
export const isTimeLike = (field) =>
  epochUnit(numberIn(field)) !== undefined || isCompactDate(field) || dateIn(field) !== undefined;
