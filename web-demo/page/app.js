/** Brings the parts together: what the visitor does changes the state, and the page is drawn from the state. */
import { render } from "/vendor/lit-html/lit-html.js";
import { loadCatalogue } from "./catalogue.js";
import { keepFocus } from "./focus.js";
import { moveRows } from "./motion.js";
import { openRanking } from "./ranking.js";
import { Ratings, browserStorage } from "./ratings.js";
import { watchRequests } from "./requests.js";
import { failure, page } from "./view.js";

const CANDIDATES = 200;
const SHOWN = 20;
const FOUND = 8;

const root = document.querySelector("#app");

let ranking = null; // until the weights are here
let candidates = [];
let starterPage = 0;

const state = {
  catalogue: null,
  ratings: null,
  query: "",
  found: [],
  list: "popular",
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

const actions = {
  search(query) {
    state.query = query;
    find();
    state.announcement = query.trim() ? `${state.found.length} films found.` : "";
    draw();
  },
  otherStarters() {
    starterPage += 1;
    find();
    draw();
  },
  rate(id, stars) {
    state.ratings.set(id, stars);
    rerank();
  },
  remove(id) {
    state.ratings.remove(id);
    rerank();
  },
  forget() {
    state.ratings.clear();
    ranking?.forget();
    rerank();
    document.querySelector("#search").focus();
  },
  choose(list) {
    state.list = list;
    state.shown = SHOWN;
    fetchCandidates();
  },
  more() {
    state.shown += SHOWN;
    rerank();
  },
  retryList: fetchCandidates,
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
  state.found = query.trim() ? catalogue.search(query, FOUND) : catalogue.starters(starterPage);
}

/** Without a model or a rating there is nothing to rank by: the list stays as the server sent it. */
function rerank() {
  const { ratings, shown } = state;
  state.timing = ranking && ratings.size > 0 && candidates.length > 0 ? personalOrder() : null;
  const entries = state.timing?.films ?? candidates.slice(0, shown).map((id) => ({ id }));
  state.ranked = withFilms(entries);
  state.announcement = state.timing ? `Ranked again. First is ${state.ranked[0]?.film.title ?? "nothing"}.` : "";
  draw();
}

function personalOrder() {
  try {
    return ranking.rank(state.ratings.entries(), candidates, state.shown);
  } catch (error) {
    state.modelFailure = error.message;
    return null;
  }
}

/** A candidate that is newer than the catalogue has no title to show. */
function withFilms(entries) {
  return entries.map((entry) => ({ ...entry, film: state.catalogue.get(entry.id) })).filter((entry) => entry.film);
}

/** The request names the list and nothing else. Only the last choice counts when the visitor is quick. */
async function fetchCandidates() {
  const { list } = state;
  state.listFailure = null;
  draw();
  try {
    const response = await fetch(`/api/candidates?list=${encodeURIComponent(list)}&limit=${CANDIDATES}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    if (list === state.list) candidates = answer.items;
  } catch (error) {
    if (list !== state.list) return;
    candidates = [];
    state.listFailure = readable(error);
  }
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
  await Promise.all([fetchCandidates(), fetchModel()]);
}

/** Browsers say "Failed to fetch" when there is no connection; that helps nobody. */
function readable(error) {
  if (error instanceof TypeError) return "The server cannot be reached, or what it sent is not usable.";
  return error.message;
}

watchRequests((requests) => {
  state.requests = requests;
  draw();
});
start();
