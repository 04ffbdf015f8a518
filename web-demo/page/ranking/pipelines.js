/**
 * The page's recommenders: one for each model and each place that candidates come from. Models are
 * opened when a recommender is first used.
 */
import { catalogue } from "../models/films.js";
import { openModel } from "../models/open-model.js";
import { fetchCandidates, fetchPack } from "./candidates.js";
import { find } from "./first-stage.js";
import { TWO_STAGES } from "./models.js";
import { Reasons } from "./reasons.js";
import { Stages } from "./stages.js";
import { describe } from "./user-input.js";

/**
 * @typedef {{ isHere: true } | import("./candidates.js").Asked} From where candidates come from
 *
 * @typedef {object} Result
 * @property {Stages} stages which arrange it
 * @property {import("./stages.js").Ranking} ranking
 * @property {Reasons} reasons
 * @property {"server" | "last" | "device"} source
 * @property {Error} [warning] why it is not what was asked for
 */

/** @type {Map<string, Promise<Stages>>} */
const opened = new Map();

const KEPT = 4;

/** The last rankings, so that two sides with the same model share one. @type {Map<string, any>} */
const recent = new Map();

/** Forgets the visitor. */
export const forgetRankings = () => recent.clear();

/**
 * The ranking for these ratings. Where the server does not answer, its last good candidates count,
 * or else those of this device.
 *
 * @param {string} model of MODELS
 * @param {From} from
 * @param {[id: number, stars: number][]} ratings
 * @returns {Promise<Result>}
 */
export function rankWith(model, from, ratings) {
  const key = JSON.stringify([model, from, ratings]);
  if (!recent.has(key)) {
    const ranking = rankAnew(model, from, ratings);
    const drop = () => recent.get(key) === ranking && recent.delete(key);
    ranking.then(({ warning }) => warning && drop(), drop);
    recent.set(key, ranking);
    if (recent.size > KEPT) recent.delete(recent.keys().next().value);
  }
  return recent.get(key);
}

async function rankAnew(model, from, ratings) {
  const input = describe(ratings);
  if (from.isHere) return { ...(await rankIn("device", model, input)), source: "device" };
  try {
    const result = await rankIn("server", model, { ...input, asked: from });
    const { warning, asked } = result.ranking;
    const isLast = asked !== undefined && !isSame(asked, from);
    if (warning && !isLast) throw warning; // it ranked its whole catalogue
    return { ...result, warning, source: isLast ? "last" : "server" };
  } catch (error) {
    if (!error.subject?.startsWith("retrieve")) throw error;
    return { ...(await rankIn("device", model, input)), source: "device", warning: error };
  }
}

async function rankIn(place, model, request) {
  const stages = await open(place, model);
  const ranking = await stages.rank(request);
  return { stages, ranking, reasons: new Reasons(stages.ranker, ranking, request) };
}

function open(place, model) {
  const key = `${place} ${model}`;
  if (!opened.has(key)) {
    const opening = OPENERS[model === TWO_STAGES ? TWO_STAGES : "alone"][place](model);
    opening.catch(() => opened.delete(key));
    opened.set(key, opening);
  }
  return opened.get(key);
}

const packs = new Map(); // by their bytes, which are fetched once

const OPENERS = {
  [TWO_STAGES]: {
    /** A pack brings the features that the ranker needs. */
    async server() {
      const ranker = await openModel("ranker-alone");
      return stagesOf(ranker, async ({ asked }) => {
        const bytes = await fetchPack(asked);
        if (!packs.has(bytes)) packs.set(bytes, ranker.openCandidates(bytes));
        return packs.get(bytes);
      });
    },
    async device() {
      const [finder, ranker] = await Promise.all([openModel("candidates"), openModel("ranker")]);
      return stagesOf(ranker, (request) => find(finder, request));
    },
  },
  alone: {
    server: async (name) => stagesOf(await openModel(name), ({ asked }) => fetchCandidates(asked)),
    /** The whole catalogue, the best known films first. */
    device: async (name) => stagesOf(await openModel(name), async () => catalogue.value.ids),
  },
};

/** The package comes with the first ranking, so that the page is there before it. */
async function stagesOf(ranker, retrieve) {
  return new Stages(await import("pocketrec"), ranker, retrieve);
}

const isSame = (one, other) => one.list === other.list && one.near === other.near;
