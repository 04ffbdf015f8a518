import { USER_TABLES, userIdFeatures } from "../convert/finish/user-tables.js";
import { PocketrecError } from "../common/errors.js";

/**
 * Who is asked for whom: a model, for trained users or for people made new from their history; or
 * popularity, for anybody.
 *
 * @typedef {import("./catalogue.js").Event} Event
 * @typedef {{ score: (name: string, history: Event[], rows: Uint32Array, raw: boolean) =>
 *   Float32Array | Float64Array }} Scorer
 */

/**
 * @param {import("../model/model.js").Model} model
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {{ people: "stored" | "history", stored: Stored }} who
 * @returns {Scorer}
 */
export function modelScorer(model, catalogue, { people, stored }) {
  const readsRatings =
    model.info.input.values === "rating" || model.info.rating.positive !== undefined;
  const { minimum = -Infinity, maximum = Infinity } = model.info.rating;
  const past = (/** @type {Event[]} */ history) =>
    history.map(({ row, rating }) => {
      const item = catalogue.items.idOf(row);
      if (rating === undefined && model.info.input.values === "rating")
        throw new PocketrecError(
          "bad-argument",
          "--data",
          "ratings, which people are made from in this model",
          "interactions without",
        );
      return readsRatings && rating !== undefined
        ? { item, rating: Math.min(Math.max(rating, minimum), maximum) }
        : item;
    });
  const ofRow = (/** @type {string} */ name, /** @type {Event[]} */ history) => {
    const id = catalogue.userRow(name, stored.users);
    if (stored.feature) return { history: past(history), features: { [stored.feature]: id } };
    return model.userInputs.includes("history and id") ? { id, history: past(history) } : { id };
  };
  return {
    score: (name, history, rows, raw) =>
      model.score(
        model.user(
          /** @type {any} */ (
            people === "stored" ? ofRow(name, history) : { history: past(history) }
          ),
        ),
        rows,
        { raw },
      ),
  };
}

/**
 * How many people of the training interactions had an item; in a test of ratings, how they rated
 * it.
 *
 * @param {Map<string, Event[]>} people
 * @param {number} items
 * @param {boolean} isRating
 * @returns {Scorer}
 */
export function popularityScorer(people, items, isRating) {
  const counts = new Float64Array(items);
  const sums = new Float64Array(items);
  let all = 0;
  let sum = 0;
  for (const history of people.values()) {
    for (const { row, rating = 0 } of history) {
      counts[row]++;
      sums[row] += rating;
      sum += rating;
      all++;
    }
  }
  const value = (/** @type {number} */ row) =>
    isRating ? (counts[row] ? sums[row] / counts[row] : sum / (all || 1)) : counts[row];
  return { score: (_name, _history, rows) => Float64Array.from(rows, value) };
}

/**
 * @typedef {{ users: number, feature?: string }} Stored how many trained users a file has; feature:
 *   by which a tower is told who it is
 *
 * @param {import("../convert/model-file.js").ModelFile} file
 * @returns {Stored}
 */
export function storedUsers({ tensors, description }) {
  const table = USER_TABLES.map((name) => tensors.get(name)).find(Boolean);
  if (table) return { users: table.shape[0] };
  const [people] = userIdFeatures(description);
  return people
    ? { users: tensors.get(people.table)?.shape[0] ?? 0, feature: people.name }
    : { users: 0 };
}

/**
 * Whether people are the file's own or new ones.
 *
 * @param {"auto" | "stored" | "history" | undefined} wish
 * @param {number} users how many the file has
 * @returns {"stored" | "history"}
 */
export function chooseUserSource(wish, users) {
  if (wish === "stored" && !users) {
    throw new PocketrecError(
      "unknown-user",
      "--users stored",
      "a file with trained users",
      "one without",
      {
        hint: "convert --keep-users keeps them; --users history makes everybody new.",
      },
    );
  }
  return wish === "history" || !users ? "history" : "stored";
}
