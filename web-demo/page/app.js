/** Brings the parts together: what the visitor does changes the state, and the page is drawn from the state. */
import { render } from "/vendor/lit-html/lit-html.js";
import { announcer } from "./announce.js";
import { fetchCandidates } from "./candidates.js";
import { loadCatalogue } from "./catalogue.js";
import { keepFocus } from "./focus.js";
import { moveRows } from "./motion.js";
import { openRanking } from "./ranking.js";
import { Ratings, browserStorage } from "./ratings.js";
import { watchRequests } from "./requests.js";
import { readable } from "./trouble.js";
import { failure, page } from "./view.js";

const SHOWN = 20;
const FOUND = 7;

const root = document.querySelector("#app");

let ranking = null; // until the weights are here
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
  model: null,
  modelFailure: null,
  progress: null,
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
    ranking?.forget();
    Object.assign(state, { ratedAt: null, forgotten: true, query: "" });
    find();
    rerank();
    announce("Everything is forgotten.");
    document.querySelector("#search").focus();
  },
  choose,
  more() {
    state.shown += SHOWN;
    rerank();
  },
  retryList: () => choose(state.listFailure.list),
  retryModel: fetchModel,
};

function draw() {
  if (!state.catalogue) return;
  const rows = () => document.querySelectorAll("#list > [data-film]");
  keepFocus(() => moveRows(rows, () => show(page(state, actions))));
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
  const { ratings, shown } = state;
  state.timing = ranking && ratings.size > 0 && arrived.items.length > 0 ? personalOrder() : null;
  const entries = state.timing?.films ?? arrived.items.slice(0, shown).map((id) => ({ id }));
  state.ranked = withFilms(entries);
  draw();
}

function personalOrder() {
  try {
    return ranking.rank(state.ratings.entries(), arrived.items, state.shown);
  } catch (error) {
    state.modelFailure = readable(error);
    return null;
  }
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

async function fetchModel() {
  state.modelFailure = null;
  state.progress = null;
  draw();
  try {
    ranking = await openRanking((progress) => {
      state.progress = progress;
      draw();
    });
    state.model = ranking.model;
  } catch (error) {
    state.modelFailure = readable(error);
  }
  rerank();
}

async function start() {
  try {
    state.catalogue = await loadCatalogue();
  } catch (error) {
    return show(failure(readable(error), start));
  }
  state.ratings = new Ratings(browserStorage(), (id) => state.catalogue.get(id) !== undefined);
  find();
  draw();
  await Promise.all([choose(state.list), fetchModel()]);
}

watchRequests((requests) => {
  state.requests = requests;
  draw();
});
start();
