// How many of a person's own candidates a server finds that was told a private answer, against
// epsilon.
import { readFile, writeFile } from "node:fs/promises";
import { markdownTable } from "markdown-table";

import { prepareBucket } from "../js/privacy/buckets.js";
import { prepareGaussian } from "../js/privacy/gaussian.js";
import { prepareResponse } from "../js/privacy/randomised-response.js";
import { wordsOf } from "../tests/lib/privacy-audit.js";
import { uniform } from "../tests/lib/random.js";
import { fail, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { filmsOf, readPeople } from "./privacy-people.js";
import { AS_IT_IS, RECKONED, plot } from "./privacy-plot.js";
import { Server, guessOfCentroid, linearGuess } from "./privacy-server.js";
import { meanOf, sphericalKMeans } from "./spherical-k-means.js";

const MODEL = new URL("../web-demo/models/candidates.safetensors", import.meta.url);
const EPSILONS = [0.5, 1, 2, 4, 8, 16, 32, 64, 128];
const DELTA = 1e-6;
const COUNTS = [16, 64];
/**
 * So many of the three hundred people who are counted: a stand-in for the thousand of an app with
 * many.
 */
const LEAST = 10;
const HELP = `
node privacy.js --data ratings.csv [--draws 5] [--plot FILE.svg] [--json FILE]

  Needs ./build.sh first, and ratings of films with MovieLens' numbers, such as ml-latest-small's:
  https://grouplens.org/datasets/movielens/latest/
  --draws N      how often each person asks (default 5)
  --plot FILE    writes the picture (docs/privacy-recall.svg)
`;

const { options } = readCommandLine(HELP, {
  data: { type: "string" },
  draws: { type: "string", default: "5" },
  plot: { type: "string" },
});
if (!options.data) fail("--data names a file of ratings");
const draws = wholeNumber(options.draws, "draws");

const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const model = await loadModel(await readFile(MODEL));
const films = filmsOf(model);
const server = new Server(films);
const { published, asking } = await readPeople(options.data, model, films.places);
const vectors = published.map(({ vector }) => vector);
const words = wordsOf(uniform(2));
const owns = new Map(asking.map((person) => [person, server.own(person.vector)]));
const groups = COUNTS.map((count) => sphericalKMeans(vectors, count));
console.log(
  `${published.length} people whose centroids are published, ${asking.length} others who ask, ${draws} times each\n`,
);

const lines = measureLines();
const responses = groups.flatMap((group) =>
  EPSILONS.flatMap((epsilon) => measureResponse(group, epsilon)),
);
const points = [...EPSILONS.flatMap(measureGaussian), ...responses];
console.log(`${lineTable()}\n\n${pointTable("recall")}\n\n${pointTable("last")}`);
if (options.plot)
  await writeFile(
    options.plot,
    `${await plot(
      points,
      lines.filter(({ isDrawn }) => isDrawn),
      EPSILONS,
    )}\n`,
  );
writeJson(options.json, {
  draws,
  published: published.length,
  asking: asking.length,
  delta: DELTA,
  lines,
  points,
});

/**
 * What a person finds of their own best, and how often the film that they watched next is there; by
 * the mean over people.
 */
function measure(candidatesFor, times = draws) {
  const each = asking.map((person) => {
    let recall = 0;
    let last = 0;
    for (let turn = 0; turn < times; turn++) {
      const sent = candidatesFor(person);
      const own = owns.get(person);
      recall += [...own].filter((film) => sent.has(film)).length / own.size / times;
      last += Number(sent.has(person.last)) / times;
    }
    return { recall, last };
  });
  const [recall, last] = ["recall", "last"].map(
    (name) => each.reduce((sum, person) => sum + person[name], 0) / each.length,
  );
  const [error, lastError] = [
    ["recall", recall],
    ["last", last],
  ].map(([name, mean]) =>
    Math.sqrt(
      each.reduce((sum, person) => sum + (person[name] - mean) ** 2, 0) /
        (each.length - 1) /
        each.length,
    ),
  );
  return { recall, error, last, lastError };
}

/** What does not depend on epsilon. */
function measureLines() {
  const everybody = server.candidates(meanOf(vectors));
  const [{ centroids, userCounts }] = groups;
  const bucketed = nearestOf({ centroids, userCounts }, LEAST);
  return [
    {
      name: "the exact vector",
      isDrawn: true,
      ...measure(({ vector }) => server.candidates(vector), 1),
    },
    { name: "the exact nearest of 64 centroids", ...measure(nearestOf(groups[1]), 1) },
    { name: "the exact nearest of 16 centroids", ...measure(nearestOf(groups[0]), 1) },
    {
      name: `buckets (at least ${LEAST} of ${published.length} people)`,
      isDrawn: true,
      ...measure(bucketed, 1),
    },
    {
      name: "the same list for everybody",
      isDrawn: true,
      isLow: true,
      ...measure(() => everybody, 1),
    },
  ];
}

/**
 * The films for the nearest centroid of those that enough people share; without `minUsers`, of all.
 */
function nearestOf({ centroids, userCounts }, minUsers = 0) {
  const sent = centroids.map((centroid) => server.candidates(centroid));
  const asked = minUsers
    ? { userCounts, minUsers }
    : { userCounts: centroids.map(() => 2), minUsers: 2 };
  return ({ vector }) => sent[prepareBucket(vector, { centroids, ...asked }).answer(words).bucket];
}

function measureGaussian(epsilon) {
  const ask = ({ vector }) => prepareGaussian(vector, { epsilon, delta: DELTA }).answer(words);
  const guess = linearGuess(vectors, ask(asking[0]).sigma);
  const mechanism = "Gaussian noise";
  return [
    {
      mechanism,
      epsilon,
      reading: AS_IT_IS,
      ...measure((person) => server.candidates(ask(person).vector)),
    },
    {
      mechanism,
      epsilon,
      reading: RECKONED,
      ...measure((person) => server.candidates(guess(ask(person).vector))),
    },
  ];
}

function measureResponse({ centroids, userCounts }, epsilon) {
  const asked = ({ vector }) => prepareResponse(vector, { epsilon, centroids }).answer(words);
  const first = asked(asking[0]);
  const plain = centroids.map((centroid) => server.candidates(centroid));
  const guessed = centroids.map((_, centroid) =>
    server.candidates(guessOfCentroid(centroids, userCounts, { ...first, centroid })),
  );
  const mechanism = `randomised response, ${centroids.length} centroids`;
  return [
    {
      mechanism,
      epsilon,
      reading: AS_IT_IS,
      ...measure((person) => plain[asked(person).centroid]),
    },
    {
      mechanism,
      epsilon,
      reading: RECKONED,
      ...measure((person) => guessed[asked(person).centroid]),
    },
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
