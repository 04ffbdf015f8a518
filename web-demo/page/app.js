/**
 * Brings the parts together: what the visitor does changes the state, and the page is drawn from
 * the state.
 */
import { render } from "/vendor/lit-html/lit-html.js";
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
import { readable } from "./trouble.js";
import { failure, page } from "./view.js";
import { eraseKept } from "./weights.js";

const SHOWN = 20;
const FOUND = 7;
const FIRST_LIST = { list: "popular" };
const NO_MORE =
  "No more is told: what this page may tell of your ratings is spent. Forgetting everything begins anew.";

const root = document.querySelector("#app");
const models = new OpenModels((id) => state.catalogue.get(id)?.genres ?? []);
const storage = browserStorage();

let stopExplaining = () => {};
let arrived = { asked: null, items: [] }; // the last candidates that came
let starterPage = 0;
let rankings = 0; // of several at a time only the last one counts; so do lists
let lists = 0;
let coming = null; // the list that is on its way, for one model alone: two stages get theirs themselves

const state = {
  catalogue: null,
  ratings: null,
  ratedAt: null,
  forgotten: false,
  query: "",
  found: [],
  asked: FIRST_LIST,
  isHere: false, // whether candidates come from this device
  wishes: FIRST_WISHES,
  isFetching: false,
  listFailure: null,
  tasteFailure: null,
  drawn: new Set(), // the lists that this device drew: asking for one told something
  ranked: [],
  shown: SHOWN,
  timing: null,
  funnel: null,
  chosenModel: chosenBefore(storage),
  ranking: null, // the model in use: the last one that arrived
  isOpening: false,
  modelFailure: null,
  progress: null,
  hideSeed: 0, // above 0 once the visitor wants to see what stays when ratings are hidden
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
    eraseKept().catch(() => {}); // where nothing may be kept nothing was
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
    else choose(FIRST_LIST); // a film that somebody asked about is theirs too, and so is a taste
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

/** What is drawn first takes the place of what index.html says meanwhile. */
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

/** Another tab rated, or forgot. */
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

/** Without a model or a rating there is nothing to rank by: the list stays as it came. */
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

/** Two stages get their candidates themselves; one model alone ranks those that are here. */
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
 * What did not come is said, and is not asked for again before the visitor wants it: ratings send
 * no requests.
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
 * A model that fails at its work is not used again before it is fetched again. Where it was only
 * the candidates that did not come, it is not the model that failed.
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

/** A candidate that is newer than the catalogue has no title to show. */
function withFilms(entries) {
  return entries
    .map((entry) => ({ ...entry, film: state.catalogue.get(entry.id) }))
    .filter((entry) => entry.film);
}

/**
 * Shows other candidates, or the last ones that came where these do not. Of quick choices only the
 * last counts.
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
 * Where candidates come from: the server, or this device, which first has to fetch what it needs
 * for that.
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
 * Ranks by another model as soon as that is here, and by the last one until then, or where it does
 * not arrive.
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
    // What two stages found, and how long each took, says nothing of one model alone, nor the other
    // way round.
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
