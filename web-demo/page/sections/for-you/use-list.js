import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { useModel } from "../../models/open-model.js";
import { TWO_STAGES } from "../../ranking/models.js";
import { rankWith } from "../../ranking/pipelines.js";
import { useResult } from "../../state/use-result.js";

/**
 * The list for these ratings under these settings. Ratings, model and candidates are ranked anew, in
 * the worker; wishes only arrange the last ranking, which takes less than a frame.
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
    const started = performance.now();
    const result = await rankWith(model, from, ratings);
    return { ...result, name: model, ratings, time: performance.now() - started };
  }, [opening.model, model, JSON.stringify([from, ratings]), turn]);
  const arranged = useResult(
    () => arrange(ranked.value, wishes, from, topK),
    [ranked.value, JSON.stringify(wishes), topK],
  );
  return {
    opening,
    list: arranged.value,
    error: ranked.error ?? arranged.error,
    isBusy: ranked.isBusy || arranged.isBusy || !arranged.value,
    retry: () => setTurn(turn + 1),
  };
}

/**
 * The list, beside the ranking that it is of.
 *
 * @returns {Promise<undefined | { films: { item: number, score: number, moved: number }[], risen:
 *   number, time: number, of: object }>} moved: ranks up from the order of the candidates
 */
async function arrange(result, wishes, from, topK) {
  if (!result) return undefined;
  const { stages, ranking, ratings } = result;
  // In a list of one genre, that genre does not count.
  const isOther = (genre) => genre !== from.list;
  const genresOf = (id) => (catalogue.value.get(id)?.genres ?? []).filter(isOther);
  const started = performance.now();
  const { films, risen } = await stages.arrange(ranking, { wishes, genresOf }, topK);
  const time = performance.now() - started;
  const rated = new Set(ratings.map(([id]) => id));
  const served = ranking.items.filter((id) => !rated.has(id));
  const places = new Map(served.map((id, place) => [id, place]));
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
