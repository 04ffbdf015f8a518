// How many of a user's own candidates a server returns for a private query, against epsilon.
import { readFile, writeFile } from "node:fs/promises";
import { markdownTable } from "markdown-table";

import { prepareBucket } from "../../js/privacy/buckets.js";
import { prepareGaussian } from "../../js/privacy/gaussian.js";
import { prepareResponse } from "../../js/privacy/randomised-response.js";
import { wordsOf } from "../../tests/lib/privacy-audit.js";
import { uniform } from "../../tests/lib/random.js";
import { fail, readCommandLine, wholeNumber, writeJson } from "../lib/command-line.js";
import { importPocketrec } from "../lib/package.js";
import { mean } from "../lib/statistics.js";
import { plot, POSTERIOR, UNCHANGED } from "./plot.js";
import { linearGuess, posteriorMean, Server } from "./server.js";
import { meanOf, sphericalKMeans } from "./spherical-k-means.js";
import { filmsOf, readUsers } from "./users.js";

const MODEL = new URL("../../web-demo/models/candidates.safetensors", import.meta.url);
const EPSILONS = [0.5, 1, 2, 4, 8, 16, 32, 64, 128];
const DELTA = 1e-6;
const CENTROID_COUNTS = [16, 64];
/** Of the 305 users counted here; an app with many users would take a thousand. */
const MIN_USERS = 10;
const HELP = `
node privacy/privacy.js --data ratings.csv [--draws 5] [--plot FILE.svg] [--json FILE]

  Needs ./build.sh, and ratings of films by MovieLens id, such as ml-latest-small:
  https://grouplens.org/datasets/movielens/latest/
  --draws N      queries of each user (default 5)
  --plot FILE    writes the plot (docs/privacy-recall.svg)
`;

const { options } = readCommandLine(HELP, {
  data: { type: "string" },
  draws: { type: "string", default: "5" },
  plot: { type: "string" },
});
if (!options.data) fail("--data must name a file of ratings");
const draws = wholeNumber(options.draws, "draws");

const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const model = await loadModel(await readFile(MODEL));
const films = filmsOf(model);
const server = new Server(films);
const { published, querying } = await readUsers(options.data, model, films.indexes);
const vectors = published.map(({ vector }) => vector);
const words = wordsOf(uniform(2));
const ownBest = new Map(querying.map((user) => [user, server.best100(user.vector)]));
const groups = CENTROID_COUNTS.map((count) => sphericalKMeans(vectors, count));
console.log(`${published.length} users whose centroids are published`);
console.log(`${querying.length} other users, ${draws} queries each\n`);

const lines = measureLines();
const responses = groups.flatMap((group) =>
  EPSILONS.flatMap((epsilon) => measureResponse(group, epsilon)),
);
const points = [...EPSILONS.flatMap(measureGaussian), ...responses];
console.log(`${lineTable()}\n\n${pointTable("recall")}\n\n${pointTable("last")}`);
const drawnLines = lines.filter(({ isDrawn }) => isDrawn);
if (options.plot) await writeFile(options.plot, `${await plot(points, drawnLines, EPSILONS)}\n`);
writeJson(options.json, {
  draws,
  published: published.length,
  querying: querying.length,
  delta: DELTA,
  lines,
  points,
});

/**
 * Means and standard errors over users: recall of the user's own best 100, and whether the next
 * film is among the candidates.
 */
function measure(candidatesFor, times = draws) {
  const measured = querying.map((user) => {
    let recall = 0;
    let last = 0;
    for (let turn = 0; turn < times; turn++) {
      const sent = candidatesFor(user);
      const own = ownBest.get(user);
      recall += [...own].filter((film) => sent.has(film)).length / own.size / times;
      last += Number(sent.has(user.last)) / times;
    }
    return { recall, last };
  });
  const recalls = measured.map(({ recall }) => recall);
  const lasts = measured.map(({ last }) => last);
  return {
    recall: mean(recalls),
    error: standardError(recalls),
    last: mean(lasts),
    lastError: standardError(lasts),
  };
}

function standardError(values) {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** Queries that do not depend on epsilon. */
function measureLines() {
  const forAll = server.candidates(meanOf(vectors));
  const [few, many] = groups;
  return [
    {
      name: "the exact vector",
      isDrawn: true,
      ...measure(({ vector }) => server.candidates(vector), 1),
    },
    { name: "the exact nearest of 64 centroids", ...measure(nearestOf(many), 1) },
    { name: "the exact nearest of 16 centroids", ...measure(nearestOf(few), 1) },
    {
      name: `buckets (at least ${MIN_USERS} of ${published.length} users)`,
      isDrawn: true,
      ...measure(nearestOf(few, MIN_USERS), 1),
    },
    {
      name: "the same list for all users",
      isDrawn: true,
      isLow: true,
      ...measure(() => forAll, 1),
    },
  ];
}

/**
 * Candidates for the nearest centroid that at least `minUsers` users share; without `minUsers`, of
 * all centroids.
 */
function nearestOf({ centroids, userCounts }, minUsers) {
  const sent = centroids.map((centroid) => server.candidates(centroid));
  const bucketOptions = minUsers
    ? { centroids, userCounts, minUsers }
    : { centroids, userCounts: centroids.map(() => 2), minUsers: 2 };
  return ({ vector }) => sent[prepareBucket(vector, bucketOptions).answer(words).bucket];
}

function measureGaussian(epsilon) {
  const query = ({ vector }) => prepareGaussian(vector, { epsilon, delta: DELTA }).answer(words);
  const guess = linearGuess(vectors, query(querying[0]).sigma);
  const point = { mechanism: "Gaussian noise", epsilon };
  const unchanged = measure((user) => server.candidates(query(user).vector));
  const posterior = measure((user) => server.candidates(guess(query(user).vector)));
  return [
    { ...point, reading: UNCHANGED, ...unchanged },
    { ...point, reading: POSTERIOR, ...posterior },
  ];
}

function measureResponse({ centroids, userCounts }, epsilon) {
  const query = ({ vector }) => prepareResponse(vector, { epsilon, centroids }).answer(words);
  const first = query(querying[0]);
  const plain = centroids.map((centroid) => server.candidates(centroid));
  const guessed = centroids.map((_, centroid) =>
    server.candidates(posteriorMean(centroids, userCounts, { ...first, centroid })),
  );
  const point = { mechanism: `randomised response, ${centroids.length} centroids`, epsilon };
  const unchanged = measure((user) => plain[query(user).centroid]);
  const posterior = measure((user) => guessed[query(user).centroid]);
  return [
    { ...point, reading: UNCHANGED, ...unchanged },
    { ...point, reading: POSTERIOR, ...posterior },
  ];
}

function lineTable() {
  const body = lines.map(({ name, recall, error, last, lastError }) => [
    name,
    withError(recall, error),
    withError(last, lastError),
  ]);
  return markdownTable([["", "of the own best 100", "the next film"], ...body], {
    align: ["l", "r", "r"],
  });
}

function pointTable(figure) {
  const nameOf = ({ mechanism, reading }) => `${mechanism}; ${reading}`;
  const names = new Set(points.map(nameOf));
  const body = [...names].map((name) => [
    name,
    ...points.filter((point) => nameOf(point) === name).map((point) => point[figure].toFixed(3)),
  ]);
  const title = figure === "recall" ? "of the own best 100; epsilon" : "the next film; epsilon";
  return markdownTable([[title, ...EPSILONS.map(String)], ...body], {
    align: ["l", ...EPSILONS.map(() => "r")],
  });
}

function withError(value, error) {
  return `${value.toFixed(3)} ± ${error.toFixed(3)}`;
}
