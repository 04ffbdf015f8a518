import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { useModel } from "../../models/open-model.js";
import { TWO_STAGES } from "../../ranking/models.js";
import { rankWith } from "../../ranking/pipelines.js";
import { useResult } from "../../state/use-result.js";

/**
 * The list for these ratings under these settings. Ratings, model and candidates are ranked anew,
 * in the worker; wishes only arrange the last ranking, which takes less than a frame.
 *
 * @param {object} what
 * @param {string} what.model of MODELS
 * @param {import("../../ranking/pipelines.js").From} what.from
 * @param {[id: number, stars: number][]} what.ratings
 * @param {import("../../ranking/rerank.js").Wishes} what.wishes
 * @param {number} what.topK
 */
export function useList({ model, from, ratings, wishes, topK }) {
  const [turn, setTurn] = useState(0);
  const opening = useOpening(model, from);
  const ranked = useResult(async () => {
    if (!opening.model) return undefined;
    const result = await rankWith(model, from, ratings);
    return { ...result, name: model, places: placesOf(result.ranking, ratings) };
  }, [opening.model, model, JSON.stringify([from, ratings]), turn]);
  const { list, error } = useArranged(ranked.value, wishes, from, topK);
  return {
    opening,
    list,
    error: ranked.error ?? error,
    isBusy: ranked.isBusy || list?.of !== ranked.value,
    retry: () => setTurn(turn + 1),
  };
}

/** Without a state in between: at every step of a slider the page is drawn once. */
function useArranged(ranked, wishes, from, topK) {
  const [state, setState] = useState({});
  useEffect(() => {
    let isCurrent = true;
    if (ranked)
      arrange(ranked, wishes, from, topK).then(
        (list) => isCurrent && setState({ list }),
        (error) => isCurrent && setState(({ list }) => ({ list, error })),
      );
    return () => (isCurrent = false);
  }, [ranked, JSON.stringify(wishes), topK]);
  return state;
}

/** The place of each film among the candidates that were not rated. */
function placesOf({ items }, ratings) {
  const rated = new Set(ratings.map(([id]) => id));
  return new Map(items.filter((id) => !rated.has(id)).map((id, place) => [id, place]));
}

/**
 * The list, beside the ranking that it is of.
 *
 * @returns {Promise<{ films: { item: number, score: number, moved: number }[], risen:
 *   number, time: number, of: object }>} moved: ranks up from the order of the candidates
 */
async function arrange(result, wishes, from, topK) {
  const { stages, ranking, places } = result;
  // In a list of one genre, that genre does not count.
  const isOther = (genre) => genre !== from.list;
  const genresOf = (id) => (catalogue.value.get(id)?.genres ?? []).filter(isOther);
  const started = performance.now();
  const { films, risen } = await stages.arrange(ranking, { wishes, genresOf }, topK);
  const time = performance.now() - started;
  const moved = films.map((film, place) => ({ ...film, moved: places.get(film.item) - place }));
  return { films: moved, risen, time, of: result };
}

/** The models that these settings need: the page shows how far they are. */
function useOpening(model, from) {
  const [first, second] =
    model === TWO_STAGES ? (from.isHere ? ["candidates", "ranker"] : ["ranker-alone"]) : [model];
  const one = useModel(first);
  const other = useModel(second ?? first);
  const error = one.error ?? other.error;
  return {
    model: one.model && other.model,
    error,
    progress: one.model ? other.progress : one.progress,
    retry: () => (one.retry(), other.retry()),
  };
}

/**
 * Why each film is in the list, computed when the browser is idle.
 *
 * @param {ReturnType<typeof useList>["list"]} list
 * @param {boolean} isWanted
 * @returns {Map<number, import("../../ranking/reasons.js").Reason[]>} by film, as far as known
 */
export function useReasons(list, isWanted) {
  const [, setTurn] = useState(0);
  const reasons = list?.of.reasons;
  useEffect(() => {
    if (!reasons || !isWanted) return;
    const ending = new AbortController();
    const films = list.films.map(({ item }) => item);
    const later = setTimeout(() => {
      const change = () => setTurn((turn) => turn + 1);
      reasons.explain(films, ending.signal, change).catch(() => {}); // a list needs no reasons
    }, WAIT);
    return () => {
      clearTimeout(later);
      ending.abort();
    };
  }, [list, isWanted]);
  return reasons?.known ?? new Map();
}

const WAIT = 200; // ms at rest: no reason is computed while a slider is dragged
