/**
 * Connects the parts: the visitor's actions change the state, and the page is drawn from the state.
 */
import { render } from "/vendor/lit-html/lit-html.js";
import { readable } from "./alert.js";
import { announcer } from "./announce.js";
import { drawTaste } from "./blurred-taste.js";
import { nameOf } from "./candidates-view.js";
import { fetchCandidates, isSame } from "./candidates.js";
import { loadCatalogue } from "./catalogue.js";
import { keepFocus } from "./focus.js";
import { browserStorage, chosenBefore, keepChoice } from "./model-choice.js";
import { FIRST_MODEL, MODELS } from "./models.js";
import { moveRows } from "./motion.js";
import { OpenModels } from "./open-models.js";
import { Ratings } from "./ratings.js";
import { explainWhenIdle } from "./reasons.js";
import { watchRequests } from "./requests.js";
import { FIRST_WISHES } from "./rerank.js";
import { failure, page } from "./view.js";
import { eraseKept } from "./weights.js";

const SHOWN = 20;
const FOUND = 7;
const FIRST_LIST = { list: "popular" };
const NO_MORE =
  "The privacy budget is spent: no more genres are drawn. “Forget everything” resets the budget.";

const root = document.querySelector("#app");
const models = new OpenModels((id) => state.catalogue.get(id)?.genres ?? []);
const storage = browserStorage();

let stopExplaining = () => {};
let arrived = { asked: null, items: [] }; // the last candidates
let starterPage = 0;
let rankings = 0; // counted, since only the last of concurrent ones is used; so are lists
let lists = 0;
let coming = null; // the list being fetched for one model; two stages fetch their own

const state = {
  catalogue: null,
  ratings: null,
  ratedAt: null,
  forgotten: false,
  query: "",
  found: [],
  asked: FIRST_LIST,
  isHere: false, // candidates come from this device
  wishes: FIRST_WISHES,
  isFetching: false,
  listFailure: null,
  tasteFailure: null,
  drawn: new Set(), // the lists that this device drew: their requests reveal something
  ranked: [],
  shown: SHOWN,
  timing: null,
  funnel: null,
  chosenModel: chosenBefore(storage),
  ranking: null, // the model in use: the last one loaded
  isOpening: false,
  modelFailure: null,
  progress: null,
  hideSeed: 0, // above 0 once the visitor hides ratings
  hidden: null,
  requests: [],
  announcement: "",
};

const announce = announcer((text) => {
  state.announcement = text;
  draw();
});

const actions = {
  search(query) {
    state.query = query;
    find();
    if (query.trim()) announce(`${state.found.length} films found.`);
    draw();
  },
  otherStarters() {
    starterPage += 1;
    find();
    draw();
  },
  rate(id, stars) {
    state.ratings.set(id, stars);
    afterRating();
  },
  remove(id) {
    state.ratings.remove(id);
    afterRating();
  },
  forget() {
    state.ratings.clear();
    eraseKept().catch(() => {}); // where storage is blocked, nothing was stored
    models.forget();
    keepChoice(storage, FIRST_MODEL);
    Object.assign(state, {
      ratedAt: null,
      forgotten: true,
      query: "",
      hideSeed: 0,
      wishes: FIRST_WISHES,
    });
    find();
    if (state.asked.near === undefined && !state.asked.drawn) rerank();
    else choose(FIRST_LIST); // a requested film or a drawn genre is forgotten too
    announce("Everything is forgotten.");
    document.querySelector("#search").focus();
  },
  async choose(asked) {
    await choose(asked);
    if (!state.listFailure) announce(`${nameOf(state.asked, state.catalogue)}. ${first()}`);
  },
  async drawTaste() {
    try {
      const asked = await drawTaste(state.ratings);
      state.drawn.add(asked.list);
      await actions.choose(asked);
    } catch (error) {
      state.tasteFailure = error.code === "budget-spent" ? NO_MORE : readable(error);
      draw();
    }
  },
  chooseModel,
  more() {
    state.shown += SHOWN;
    rerank();
  },
  hide() {
    state.hideSeed += 1;
    rerank();
  },
  choosePlace,
  async wish(change) {
    state.wishes = { ...state.wishes, ...change };
    await rerank();
    announce(`Arranged again. ${first()}`);
  },
  retryList: () => choose(state.listFailure.asked),
  retryModel: () =>
    state.modelFailure.isFirstStage ? choosePlace(true) : chooseModel(state.modelFailure.name),
};

function draw() {
  if (!state.catalogue) return;
  const rows = () => document.querySelectorAll("#list > [data-film]");
  keepFocus(() => moveRows(rows, drawAtOnce));
}

function drawAtOnce() {
  show(page(state, actions));
}

/** The first drawing replaces the text of index.html. */
function show(template) {
  document.querySelector("#waiting")?.remove();
  render(template, root);
}

function find() {
  const { catalogue, query } = state;
  state.found = query.trim()
    ? catalogue.search(query, FOUND)
    : catalogue.starters(starterPage, FOUND);
}

/** Another tab changed the ratings. */
function afterOther() {
  if (state.ratings.size === 0) models.forget();
  rerank();
}

async function afterRating() {
  state.ratedAt = performance.now();
  state.forgotten = false;
  await rerank();
  if (state.timing) announce(`Ranked again. ${first()}`);
}

const first = () => `First is ${state.ranked[0]?.film.title ?? "nothing"}.`;

/** Without a model or a rating the list stays in the server's order. */
async function rerank() {
  stopExplaining();
  const mine = ++rankings;
  const order = await personalOrder().catch((error) => {
    if (mine === rankings) giveUp(error);
    return null;
  });
  if (mine !== rankings) return;
  if (order?.funnel) takeCandidates(order);
  if (state.ranking?.isPipeline) state.isFetching = false;
  state.timing = order && state.ratings.size > 0 ? order : null;
  state.funnel = order?.funnel ?? null;
  state.ranked = withFilms(
    order?.films ?? arrived.items.slice(0, state.shown).map((id) => ({ id })),
  );
  draw();
  if (state.timing) explain();
}

/** Two stages fetch their own candidates; one model ranks those that are here. */
async function personalOrder() {
  const { ranking, ratings, shown, hideSeed, asked, isHere, wishes, listFailure } = state;
  const { items } = arrived;
  const isStuck = listFailure && !listFailure.instead;
  if (!ranking || (ranking.isPipeline ? isStuck : ratings.size === 0 || items.length === 0))
    return null;
  const order = await ranking.rank(ratings.entries(), { items, asked, isHere }, shown, wishes);
  const isHiding = hideSeed > 0 && !ranking.isPipeline;
  state.hidden = isHiding ? ranking.hideHalf(ratings.entries(), items, SHOWN, hideSeed) : null;
  return order;
}

/**
 * A failed list is reported, and requested again only by the visitor: ratings send no requests.
 */
function takeCandidates({ asked, items, warning, isHere }) {
  if (warning)
    state.listFailure = {
      asked: state.asked,
      why: readable(warning),
      instead: isHere ? "device" : "last",
      last: asked,
    };
  state.isHere = isHere;
  if (!isHere) state.asked = asked;
  arrived = { asked: isHere ? null : asked, items };
}

function explain() {
  const films = state.ranked.filter(({ score }) => score !== null).map(({ id }) => id);
  stopExplaining = explainWhenIdle(state.ranking, films, (error) => {
    if (!error) return drawAtOnce();
    giveUp(error);
    rerank();
  });
}

/**
 * A model that fails is dropped, and fetched again the next time. If only the candidates failed,
 * the model stays.
 */
function giveUp(error) {
  const { name, isPipeline } = state.ranking;
  if (isPipeline && error.subject?.startsWith("retrieve")) {
    state.listFailure = { asked: state.asked, why: readable(error) };
    return;
  }
  models.discard(name);
  Object.assign(state, { ranking: null, modelFailure: { name, why: readable(error) } });
}

/** A candidate that is not in the catalogue has no title and is not shown. */
function withFilms(entries) {
  return entries
    .map((entry) => ({ ...entry, film: state.catalogue.get(entry.id) }))
    .filter((entry) => entry.film);
}

/**
 * Shows other candidates, or the last good ones where these fail. Of quick choices only the last
 * counts.
 */
async function choose(asked) {
  Object.assign(state, {
    asked,
    isHere: false,
    isFetching: true,
    listFailure: null,
    tasteFailure: null,
    shown: SHOWN,
  });
  draw();
  if (state.ranking?.isPipeline) return rerank();
  const mine = ++lists;
  coming = asked;
  try {
    const items = await fetchCandidates(asked);
    if (mine !== lists) return;
    arrived = { asked, items };
  } catch (error) {
    if (mine !== lists) return;
    state.listFailure = {
      asked,
      why: readable(error),
      instead: arrived.asked && "last",
      last: arrived.asked,
    };
    state.asked = arrived.asked ?? asked;
  }
  coming = null;
  state.isFetching = false;
  return rerank();
}

/**
 * Sets where candidates come from: the server, or this device, which first fetches the models.
 */
async function choosePlace(isHere) {
  const { ranking } = state;
  Object.assign(state, {
    isHere,
    isOpening: isHere,
    listFailure: null,
    modelFailure: null,
    progress: null,
    shown: SHOWN,
  });
  if (!isHere) return choose(state.asked);
  draw();
  const isWanted = () => state.isHere && state.chosenModel === ranking.name;
  try {
    await ranking.openDevice((progress) => {
      if (!isWanted()) return;
      state.progress = progress;
      draw();
    });
  } catch (error) {
    if (!isWanted()) return;
    Object.assign(state, {
      isHere: false,
      modelFailure: { name: ranking.name, why: readable(error), isFirstStage: true },
    });
  }
  if (state.chosenModel !== ranking.name) return;
  state.isOpening = false;
  await rerank();
}

/**
 * Ranks by another model once it is loaded; until then, or if that fails, the last model stays.
 */
async function chooseModel(name) {
  Object.assign(state, { chosenModel: name, isOpening: true, modelFailure: null, progress: null });
  draw();
  try {
    const ranking = await models.open(name, (progress) => {
      state.progress = progress;
      draw();
    });
    if (!ranking) return;
    // Figures of two stages mean nothing for one model, nor the reverse.
    if (ranking.isPipeline !== state.ranking?.isPipeline)
      Object.assign(state, { timing: null, funnel: null, isHere: false });
    state.ranking = ranking;
    keepChoice(storage, name);
  } catch (error) {
    state.modelFailure = { name, why: readable(error) };
    state.chosenModel = state.ranking?.name ?? name;
  }
  state.isOpening = false;
  const needsList = !state.ranking?.isPipeline && !isSame(state.asked, coming ?? arrived.asked);
  await (needsList ? choose(state.asked) : rerank());
  if (state.timing) announce(`Ranked by ${MODELS[state.ranking.name].label}. ${first()}`);
}

async function start() {
  try {
    const catalogue = await loadCatalogue();
    state.ratings = await Ratings.open((id) => catalogue.get(id) !== undefined, afterOther);
    state.catalogue = catalogue;
  } catch (error) {
    return show(failure(readable(error), start));
  }
  find();
  draw();
  const getsItsOwn = state.chosenModel === FIRST_MODEL;
  await Promise.all([getsItsOwn || choose(state.asked), chooseModel(state.chosenModel)]);
}

watchRequests((requests) => {
  state.requests = requests;
  draw();
});
start();
