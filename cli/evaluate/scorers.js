import { USER_TABLES, userIdFeatures } from "../convert/finish/user-tables.js";
import { PocketrecError } from "../../js/common/errors.js";
import { indexOfNonFinite } from "../../js/common/numbers.js";

/**
 * What is evaluated: a model, or popularity as the baseline. Both give scores of item rows for a
 * user with a history.
 *
 * @typedef {import("./catalogue.js").Interaction} Interaction
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {"stored" | "history"} UserSource stored: the trained users' rows of the file; history:
 *   new users, encoded from their history
 *
 * @typedef {Float32Array | Float64Array} Scores
 * @typedef {object} Scorer
 * @property {(name: string, history: Interaction[], rows: Uint32Array, raw: boolean) => Scores}
 *   score
 * @property {(name: string, history: Interaction[], rows: Uint32Array) =>
 *   { order: Scores, scores: Scores }} scoreBoth order: what compares rows of all users
 */

/**
 * @param {import("../../js/model/model.js").Model} model
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {object} options
 * @param {UserSource} options.userSource
 * @param {TrainedUsers} options.trainedUsers
 * @param {boolean} options.isFiltered whether low ratings are already left out of histories
 * @returns {Scorer}
 */
export function modelScorer(model, catalogue, { userSource, trainedUsers, isFiltered }) {
  const newUser = (/** @type {Interaction[]} */ history) => ({
    history: historyFor(model, catalogue, history, isFiltered),
  });
  const storedUser = (/** @type {string} */ name, /** @type {Interaction[]} */ history) => {
    const id = catalogue.userRow(name, trainedUsers.count);
    const { feature } = trainedUsers;
    if (feature) return { ...newUser(history), features: { [feature]: id } };
    return model.userInputs.includes("history and id") ? { id, ...newUser(history) } : { id };
  };
  const userOf = (/** @type {string} */ name, /** @type {Interaction[]} */ history) =>
    model.user(
      /** @type {any} */ (userSource === "stored" ? storedUser(name, history) : newUser(history)),
    );
  return {
    score: (name, history, rows, raw) =>
      assertFinite(model.score(userOf(name, history), rows, { raw }), name),
    scoreBoth: (name, history, rows) => {
      const user = userOf(name, history);
      const scores = assertFinite(model.score(user, rows), name);
      // A softmax's raw scores of two users differ by a number that it takes out.
      if (model.info.output === "softmax") return { order: scores, scores };
      return { order: assertFinite(model.score(user, rows, { raw: true }), name), scores };
    },
  };
}

/**
 * A score that is no number would compare as neither higher nor lower, and rank first.
 *
 * @template {Scores} List
 * @param {List} scores
 * @param {string} name the user's
 */
function assertFinite(scores, name) {
  const bad = indexOfNonFinite(scores);
  if (bad < 0) return scores;
  throw new PocketrecError("not-finite", `scores of user ${name}`, "numbers", `${scores[bad]}`);
}

/**
 * A history as `model.user` takes it.
 *
 * @param {import("../../js/model/model.js").Model} model
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @param {Interaction[]} history
 * @param {boolean} isFiltered
 */
function historyFor(model, catalogue, history, isFiltered) {
  const { input, rating: scale, needsRatings } = model.info;
  const isRating = input.values === "rating";
  // Without low ratings, what remains are interactions, also where the file's threshold is another.
  const readsRatings = isRating || (!isFiltered && scale.positive !== undefined);
  return history.map(({ row, rating }) => {
    const item = catalogue.items.idOf(row);
    if (rating === undefined && needsRatings)
      throw new PocketrecError(
        "bad-argument",
        "--data",
        "ratings, which this model encodes users from",
        "interactions without ratings",
      );
    return readsRatings && rating !== undefined ? { item, rating } : item;
  });
}

/**
 * The popularity baseline. The score of an item is its number of training interactions; in the
 * rating protocol its mean training rating, or the global mean where it has none; in the clicks
 * protocol the share of clicks among its training rows and one more of the global mean.
 *
 * @param {Histories} train
 * @param {number} itemCount
 * @param {string} protocol
 * @returns {Scorer}
 */
export function popularityScorer(train, itemCount, protocol) {
  const counts = new Float64Array(itemCount);
  const sums = new Float64Array(itemCount);
  let count = 0;
  let sum = 0;
  for (const history of train.values()) {
    for (const { row, rating = 0, label } of history) {
      const value = label ?? rating;
      counts[row]++;
      sums[row] += value;
      sum += value;
      count++;
    }
  }
  const mean = sum / (count || 1);
  /** @type {Record<string, (row: number) => number>} */
  const scoresOf = {
    rating: (row) => (counts[row] ? sums[row] / counts[row] : mean),
    clicks: (row) => (sums[row] + mean) / (counts[row] + 1),
  };
  const scoreOf = scoresOf[protocol] ?? ((row) => counts[row]);
  const score = (/** @type {Uint32Array} */ rows) => Float64Array.from(rows, scoreOf);
  return {
    score: (_name, _history, rows) => score(rows),
    scoreBoth: (_name, _history, rows) => ({ order: score(rows), scores: score(rows) }),
  };
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
