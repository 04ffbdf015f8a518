/** Brings the parts together: what the visitor does changes the state, and the page is drawn from the state. */
import { render } from "/vendor/lit-html/lit-html.js";
import { announcer } from "./announce.js";
import { fetchCandidates } from "./candidates.js";
import { loadCatalogue } from "./catalogue.js";
import { keepFocus } from "./focus.js";
import { chosenBefore, keepChoice } from "./model-choice.js";
import { FIRST_MODEL, MODELS } from "./models.js";
import { moveRows } from "./motion.js";
import { OpenModels } from "./open-models.js";
import { Ratings, browserStorage } from "./ratings.js";
import { explainWhenIdle } from "./reasons.js";
import { watchRequests } from "./requests.js";
import { readable } from "./trouble.js";
import { failure, page } from "./view.js";

const SHOWN = 20;
const FOUND = 7;

const root = document.querySelector("#app");
const models = new OpenModels();
const storage = browserStorage();

let stopExplaining = () => {};
let arrived = { list: null, items: [] }; // the last candidates that the server sent
let starterPage = 0;

const state = {
  catalogue: null,
  ratings: null,
  ratedAt: null,
  forgotten: false,
  query: "",
  found: [],
  list: "popular",
  isFetching: false,
  listFailure: null,
  ranked: [],
  shown: SHOWN,
  timing: null,
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
    models.forget();
    keepChoice(storage, FIRST_MODEL);
    Object.assign(state, { ratedAt: null, forgotten: true, query: "", hideSeed: 0 });
    find();
    rerank();
    announce("Everything is forgotten.");
    document.querySelector("#search").focus();
  },
  choose,
  chooseModel,
  more() {
    state.shown += SHOWN;
    rerank();
  },
  hide() {
    state.hideSeed += 1;
    rerank();
  },
  retryList: () => choose(state.listFailure.list),
  retryModel: () => chooseModel(state.modelFailure.name),
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
  state.found = query.trim() ? catalogue.search(query, FOUND) : catalogue.starters(starterPage, FOUND);
}

function afterRating() {
  state.ratedAt = performance.now();
  state.forgotten = false;
  rerank();
  if (state.timing) announce(`Ranked again. First is ${state.ranked[0]?.film.title ?? "nothing"}.`);
}

/** Without a model or a rating there is nothing to rank by: the list stays as the server sent it. */
function rerank() {
  stopExplaining();
  const { ratings, shown } = state;
  state.timing = state.ranking && ratings.size > 0 && arrived.items.length > 0 ? personalOrder() : null;
  const entries = state.timing?.films ?? arrived.items.slice(0, shown).map((id) => ({ id }));
  state.ranked = withFilms(entries);
  draw();
  if (state.timing) explain();
}

function personalOrder() {
  const { ranking, ratings, shown, hideSeed } = state;
  const { items } = arrived;
  try {
    const order = ranking.rank(ratings.entries(), items, shown);
    state.hidden = hideSeed > 0 ? ranking.hideHalf(ratings.entries(), items, SHOWN, hideSeed) : null;
    return order;
  } catch (error) {
    giveUp(error);
    return null;
  }
}

function explain() {
  const films = state.ranked.filter(({ score }) => score !== null).map(({ id }) => id);
  stopExplaining = explainWhenIdle(state.ranking, films, (error) => {
    if (!error) return drawAtOnce();
    giveUp(error);
    rerank();
  });
}

/** A model that fails at its work is not used again before it is fetched again. */
function giveUp(error) {
  const { name } = state.ranking;
  models.discard(name);
  Object.assign(state, { ranking: null, modelFailure: { name, why: readable(error) } });
}

/** A candidate that is newer than the catalogue has no title to show. */
function withFilms(entries) {
  return entries.map((entry) => ({ ...entry, film: state.catalogue.get(entry.id) })).filter((entry) => entry.film);
}

/** Shows another list, or the last one that arrived where this one does not. Of quick choices only the last counts. */
async function choose(list) {
  Object.assign(state, { list, isFetching: true, listFailure: null });
  draw();
  try {
    const items = await fetchCandidates(list);
    if (list !== state.list) return;
    arrived = { list, items };
    state.shown = SHOWN;
  } catch (error) {
    if (list !== state.list) return;
    state.listFailure = { list, why: readable(error), hasLast: arrived.list !== null };
    state.list = arrived.list ?? list;
  }
  state.isFetching = false;
  rerank();
}

/** Ranks by another model as soon as that is here, and by the last one until then, or where it does not arrive. */
async function chooseModel(name) {
  Object.assign(state, { chosenModel: name, isOpening: true, modelFailure: null, progress: null });
  draw();
  try {
    const ranking = await models.open(name, (progress) => {
      state.progress = progress;
      draw();
    });
    if (!ranking) return;
    state.ranking = ranking;
    keepChoice(storage, name);
  } catch (error) {
    state.modelFailure = { name, why: readable(error) };
    state.chosenModel = state.ranking?.name ?? name;
  }
  state.isOpening = false;
  rerank();
  if (state.timing) announce(`Ranked by ${MODELS[state.ranking.name].label}. First is ${state.ranked[0]?.film.title}.`);
}

async function start() {
  try {
    state.catalogue = await loadCatalogue();
  } catch (error) {
    return show(failure(readable(error), start));
  }
  state.ratings = new Ratings(storage, (id) => state.catalogue.get(id) !== undefined);
  find();
  draw();
  await Promise.all([choose(state.list), chooseModel(state.chosenModel)]);
}

watchRequests((requests) => {
  state.requests = requests;
  draw();
});
start();
