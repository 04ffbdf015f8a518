import { USER_TABLES, userIdFeatures } from "../convert/finish/user-tables.js";
import { PocketrecError } from "../common/errors.js";

/**
 * What is evaluated: a model, or popularity as the baseline. Both give scores of item rows for a
 * user with a history.
 *
 * @typedef {import("./catalogue.js").Interaction} Interaction
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {"stored" | "history"} UserSource stored: the trained users' rows of the file; history:
 *   new users, encoded from their history
 *
 * @typedef {object} Scorer
 * @property {(name: string, history: Interaction[], rows: Uint32Array, raw: boolean) =>
 *   Float32Array | Float64Array} score
 */

/**
 * @param {import("../model/model.js").Model} model
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {{ userSource: UserSource, trainedUsers: TrainedUsers }} options
 * @returns {Scorer}
 */
export function modelScorer(model, catalogue, { userSource, trainedUsers }) {
  const newUser = (/** @type {Interaction[]} */ history) => ({
    history: historyFor(model, catalogue, history),
  });
  const storedUser = (/** @type {string} */ name, /** @type {Interaction[]} */ history) => {
    const id = catalogue.userRow(name, trainedUsers.count);
    const { feature } = trainedUsers;
    if (feature) return { ...newUser(history), features: { [feature]: id } };
    return model.userInputs.includes("history and id") ? { id, ...newUser(history) } : { id };
  };
  return {
    score: (name, history, rows, raw) => {
      const user = userSource === "stored" ? storedUser(name, history) : newUser(history);
      return model.score(model.user(/** @type {any} */ (user)), rows, { raw });
    },
  };
}

/**
 * A history as `model.user` takes it. Ratings are clamped to the model's scale.
 *
 * @param {import("../model/model.js").Model} model
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {Interaction[]} history
 */
function historyFor(model, catalogue, history) {
  const { input, rating: scale } = model.info;
  const { minimum = -Infinity, maximum = Infinity } = scale;
  const needsRatings = input.values === "rating";
  const readsRatings = needsRatings || scale.positive !== undefined;
  return history.map(({ row, rating }) => {
    const item = catalogue.items.idOf(row);
    if (rating === undefined && needsRatings)
      throw new PocketrecError(
        "bad-argument",
        "--data",
        "ratings, which this model encodes users from",
        "interactions without ratings",
      );
    return readsRatings && rating !== undefined
      ? { item, rating: Math.min(Math.max(rating, minimum), maximum) }
      : item;
  });
}

/**
 * The popularity baseline: the score of an item is its number of training interactions, or in the
 * rating protocol its mean training rating (the global mean where it has none).
 *
 * @param {Histories} train
 * @param {number} itemCount
 * @param {boolean} isRating
 * @returns {Scorer}
 */
export function popularityScorer(train, itemCount, isRating) {
  const counts = new Float64Array(itemCount);
  const sums = new Float64Array(itemCount);
  let count = 0;
  let sum = 0;
  for (const history of train.values()) {
    for (const { row, rating = 0 } of history) {
      counts[row]++;
      sums[row] += rating;
      sum += rating;
      count++;
    }
  }
  const meanRating = (/** @type {number} */ row) =>
    counts[row] ? sums[row] / counts[row] : sum / (count || 1);
  const scoreOf = isRating ? meanRating : (/** @type {number} */ row) => counts[row];
  return { score: (_name, _history, rows) => Float64Array.from(rows, scoreOf) };
}

/**
 * @typedef {object} TrainedUsers
 * @property {number} count rows of trained users in the file
 * @property {string} [feature] the feature of a two-stage tower that holds the user's row
 *
 * @param {import("../convert/model-file.js").ModelFile} file
 * @returns {TrainedUsers}
 */
export function trainedUsersOf({ tensors, description }) {
  const table = USER_TABLES.map((name) => tensors.get(name)).find(Boolean);
  if (table) return { count: table.shape[0] };
  const [feature] = userIdFeatures(description);
  if (!feature) return { count: 0 };
  return { count: tensors.get(feature.table)?.shape[0] ?? 0, feature: feature.name };
}

/**
 * @param {UserSource | undefined} wanted default: "stored" where the file has trained users
 * @param {number} trainedCount
 * @returns {UserSource}
 * @throws {PocketrecError} "unknown-user": stored users are wanted, and the file has none
 */
export function chooseUserSource(wanted, trainedCount) {
  if (wanted === "stored" && !trainedCount) {
    const hint = "convert --keep-users keeps them; --users history encodes users from history.";
    throw new PocketrecError(
      "unknown-user",
      "--users stored",
      "a file with trained users",
      "one without",
      { hint },
    );
  }
  return wanted === "history" || !trainedCount ? "history" : "stored";
}
