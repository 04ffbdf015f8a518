// Random small models of every kind of file (tests/frameworks/mutants.py), each converted with
// and without examples of its scores. No third outcome: what converts agrees with its framework,
// the rest is refused; what a file does not tell is written in the result, unless examples told.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";

import { framework } from "./lib/frameworks.js";
import { isLong } from "./lib/long.js";
import { breakages, outcomeOf, outcomeWithExpect } from "./lib/mutants.js";

/** 200 with POCKETREC_LONG=1. */
const COUNT = isLong ? 200 : 60;
const SEED = 20;

const { skip, train } = framework(
  "mutants.py",
  "PyTorch 1, h5py and onnx",
  'import torch, numpy, h5py, onnx.reference; assert torch.__version__ < "2"',
);

/** The mutants, made once. */
let files;
const made = () => (files ??= makeMutants());

function makeMutants() {
  const { folder, models } = train(COUNT, SEED);
  return { folder, mutants: models.flat() };
}

after(() => files && rmSync(files.folder, { recursive: true }));

test(`${COUNT} random models are right or refused`, { skip }, async (t) => {
  const { folder, mutants } = made();
  assert.equal(mutants.length, COUNT);
  const without = await outcomesOf(mutants, (mutant) => outcomeOf(folder, mutant));
  const withExamples = await outcomesOf(mutants, (mutant) => outcomeWithExpect(folder, mutant));
  t.diagnostic(`without --expect: ${summary(without)}`);
  t.diagnostic(`with --expect:    ${summary(withExamples)}`);

  assert.deepEqual(listed(without, ["WRONG", "crashed"]), []);
  assert.deepEqual(listed(withExamples, ["WRONG", "crashed", "assumed"]), []);
  // What a file of PyTorch shows, and pocketrec does not compute, is refused.
  const shown = [...without, ...withExamples].filter(({ mutant }) => mutant.shown);
  assert.ok(shown.length > COUNT / 25, `${shown.length}`);
  assert.deepEqual(listed(shown, ["right", "assumed"]), []);
  // A graph tells everything but, where no name does, which of its inputs is the user.
  const guessed = without.filter(
    ({ mutant }) => (mutant.tells === "graph" && !mutant.sidesOpen) || mutant.isTold,
  );
  assert.deepEqual(listed(guessed, ["assumed"]), []);

  const supported = without.filter(({ mutant }) => mutant.supported);
  const refused = listed(supported, ["refused"]);
  assert.ok(refused.length <= supported.length / 20, refused.join("\n"));
  assert.deepEqual(
    listed(
      withExamples.filter(({ mutant }) => mutant.supported),
      ["refused"],
    ),
    [],
  );
});

test("verify tells a broken file from one that examples proved", { skip }, async (t) => {
  const { folder, mutants } = made();
  const found = [];
  for (const mutant of mutants.filter(({ supported }) => supported))
    found.push(await breakages(folder, mutant));
  const count = found.reduce((sum, { broken }) => sum + broken, 0);
  t.diagnostic(`${count} broken files`);
  assert.ok(count > COUNT);
  assert.deepEqual(
    found.flatMap(({ unnoticed }) => unnoticed),
    [],
  );
});

async function outcomesOf(mutants, outcome) {
  const outcomes = [];
  for (const mutant of mutants) outcomes.push({ mutant, ...(await outcome(mutant)) });
  return outcomes;
}

/** "supported: 120 right, 3 refused; others: 10 right, 60 refused" */
function summary(outcomes) {
  const counted = (/** @type {boolean} */ isSupported) => {
    const counts = new Map();
    for (const { mutant, outcome } of outcomes)
      if (mutant.supported === isSupported) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  };
  return `supported: ${counted(true)}; others: ${counted(false)}`;
}

/** One line for each mutant with one of the outcomes. */
const listed = (outcomes, names) =>
  outcomes
    .filter(({ outcome }) => names.includes(outcome))
    .map(({ mutant: { file, madeOf }, outcome, why }) => `${file} ${outcome}: ${madeOf}; ${why}`);
