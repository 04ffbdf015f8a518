/**
 * The names that columns of public data sets have.
 *
 * @typedef {"user" | "item" | "rating" | "time"} Role
 */

export const ROLES = /** @type {const} */ (["user", "item", "rating", "time"]);

const USERS = `user users member customer person visitor reviewer client consumer viewer listener
  reader buyer player profile account subscriber learner student voter author`;
const ITEMS = `item items movie movies film product book article content artist song track anime
  game business restaurant recipe gmap video place venue poi location news joke app show series
  paper hotel beer wine course job post page image photo ad sku listing album podcast episode
  attraction clothing dish meal food drug toy tool good asin parentasin isbn`;
/** A number or a key, at the end of a name. */
const ENDS = ["", "id", "ids", "idx", "index", "no", "num", "number", "key", "code", "ididx"];

const RATINGS = `rating ratings score scores label labels star stars overall weight weights
  rate rates preference plays playcount listencount listens count counts clicks target
  bookrating movierating userrating userscore reviewrating reviewscore reviewoverall ratingvalue
  starrating value feedback like liked scrobbles`;
const TIMES = `time times timestamp timestamps ts date dates datetime unixtime unixtimestamp
  unixreviewtime reviewtime reviewdate ratingtime ratingdate ratingtimestamp eventtime
  eventtimestamp eventdate createdat createdtime created creationdate utc utctime epoch
  dateadded ratedat submitted submittedon datesubmitted updatedat dateupdated timems timestampms
  timestamputc timestampseconds timeseconds clicktime purchasedate purchasetime orderdate
  transactiondate playedat listenedat visittime checkintime localtime unixtimes`;

const words = (/** @type {string} */ text) => text.split(/\s+/);
const keyed = (/** @type {string} */ text) =>
  words(text).flatMap((stem) => ENDS.map((end) => stem + end));

/** @type {Map<string, Role>} */
const BY_NAME = new Map([
  ...[...keyed(USERS), "uid", "uids", "uidx"].map((name) => tuple(name, "user")),
  ...[...keyed(ITEMS), "iid", "sid", "mid", "pid", "iids"].map((name) => tuple(name, "item")),
  ...words(RATINGS).map((name) => tuple(name, "rating")),
  ...words(TIMES).map((name) => tuple(name, "time")),
]);

/**
 * @param {string} name
 * @param {Role} role
 * @returns {[string, Role]}
 */
function tuple(name, role) {
  return [name, role];
}

/** RecBole's type at the end of a name: "user_id:token". */
const TYPED = /:(?:token|float)(?:_seq)?$/;

/**
 * The role that a column's name stands for: "user_id:token" -> "user".
 *
 * @param {string} name
 * @returns {Role | undefined}
 */
export const roleOf = (name) => BY_NAME.get(plainName(name));

/** @param {string} name */
const plainName = (name) =>
  name
    .trim()
    .replace(TYPED, "")
    .toLowerCase()
    .replace(/^(?:u|i)_id$/, (id) => `${id[0]}id`)
    .replace(/[\s_.-]/g, "");

/**
 * Names of one thing: of two columns with one role the first pattern that matches one of them
 * counts.
 *
 * @type {Record<Role, RegExp[]>}
 */
const PREFERRED = {
  user: [],
  item: [],
  rating: [],
  time: [/^unixreviewtime$/],
};

/**
 * Of the columns with one role, the one to take; undefined where they are equal.
 *
 * @param {Role} role
 * @param {string[]} names
 */
export function preferredOf(role, names) {
  for (const pattern of PREFERRED[role]) {
    const matches = names.filter((name) => pattern.test(plainName(name)));
    if (matches.length === 1) return matches[0];
  }
  return undefined;
}
