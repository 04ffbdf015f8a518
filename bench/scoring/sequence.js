// Milliseconds of SASRec: the vector of a new user with a history of 50, and one more event of a
// user with 25 to 49.
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import { printMachine, readCommandLine, wholeNumber, writeJson } from "../lib/command-line.js";
import { printTable } from "../lib/peer-table.js";
import { rowsOf, selectPeers, startPeer } from "../lib/peers.js";
import { maxDifference } from "../lib/statistics.js";
import { interleave } from "../lib/timing.js";
import { historyOf, POSITIONS, randomSasrec, referenceVector } from "../models/sasrec.js";
import { PEERS } from "./sequence-peers.js";

const HELP = `
node scoring/sequence.js [--only WORD]... [--rounds 15] [--json FILE]

  --only WORD    only peers whose name contains WORD (repeatable)
  --rounds N     rounds of one batch per peer (default 15)
  --json FILE    writes the times of all rounds
`;

const BATCH_MS = 8;
const BEGIN = 25;

const { options } = readCommandLine(HELP, {
  only: { type: "string", multiple: true, default: [] },
  rounds: { type: "string", default: "15" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const peers = selectPeers(PEERS, options.only, enableRelaxedSimd());

printMachine();
const tensors = randomSasrec();
const history = historyOf(POSITIONS);
const results = {
  [`a new user, ${POSITIONS} events`]: await run(history, newUser),
  [`one more event, after ${BEGIN} to ${POSITIONS - 1}`]: await run(
    history.subarray(0, BEGIN + 1),
    oneMoreEvent,
  ),
};
writeJson(options.json, { rounds, batchMs: BATCH_MS, results });

/** Times `callOf(runner)` of each peer, whose first result is the vector of `first`. */
async function run(first, callOf) {
  const expected = referenceVector(tensors, first);
  const runners = [];
  for (const { name, load } of peers) {
    const peer = await startPeer(
      name,
      () => load({ tensors }),
      (runner) => runner.vector(first),
      (vector) => maxDifference(vector, expected),
    );
    runners.push({ ...peer, call: peer.runner && callOf(peer.runner) });
  }
  const tasks = runners.filter(({ isRight }) => isRight);
  for (const { runner } of tasks) await seeEveryLength(runner);
  const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
  for (const { runner } of runners) await runner?.dispose();
  const rows = rowsOf(runners, times);
  printTable(`${callOf.name}, ${first.length} events`, rows, "pocketrec");
  return rows;
}

/** LiteRT.js makes a graph for each length. */
async function seeEveryLength(runner) {
  for (let count = BEGIN; count <= POSITIONS; count++)
    await runner.vector(history.subarray(0, count));
}

function newUser(runner) {
  return () => runner.vector(history);
}

/**
 * Events arrive one at a time until the window is full, then a user begins anew. pocketrec's user
 * of the first 25 events is made once in 25 calls, and is part of its time; peers compute the
 * whole history, which is as long in the same call.
 */
function oneMoreEvent(runner) {
  let count = BEGIN;
  let user;
  return () => {
    count = count === POSITIONS ? BEGIN + 1 : count + 1;
    if (!runner.append) return runner.vector(history.subarray(0, count));
    if (count === BEGIN + 1) user = runner.begin(history.subarray(0, BEGIN));
    return runner.append(user, history[count - 1]);
  };
}
