// Data for evaluation and conversion: ratings, lists of negatives, published lists, expected
// scores, item ids. What is read has columns of one length and numbers where numbers are.
import { readExpected } from "../../../cli/convert/expect/lines.js";
import { readIds } from "../../../cli/convert/finish/item-ids.js";
import { readInteractions } from "../../../cli/evaluate/interactions.js";
import { readNegatives } from "../../../cli/evaluate/negatives.js";
import { readLists } from "../../../cli/evaluate/published-lists.js";
import { mutateBytes } from "../mutate/bytes.js";
import { mutateJson } from "../mutate/json.js";
import { mutateText } from "../mutate/text.js";
import { bytesOf, mustHold, textOf } from "./reader.js";

/** @type {import("./reader.js").Reader["mutate"]} */
function mutate(seed, draws, other) {
  if (draws.once(4)) return mutateBytes(seed, draws, other);
  const text = textOf(seed);
  if (/^[[{]/.test(text) && draws.once(2)) {
    try {
      return bytesOf(mutateJson(JSON.parse(text), draws));
    } catch {
      // Lines of JSON.
    }
  }
  return bytesOf(mutateText(text, draws));
}

/** @param {...string} texts */
const seedsOf =
  (...texts) =>
  () =>
    texts.map(bytesOf);

const RATINGS = [
  "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n2,10,4,835355493\n",
  "1::1193::5::978300760\n1::661::3::978302109\n2::1357::5::978298709\n",
  "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n",
  "user_id:token\titem_id:token\trating:float\n5\t7\t1\n6\t8\t0\n",
  '{"user":"a","item":"x","rating":1}\n{"user":"b","item":"y","rating":0}\n',
  '[{"user":1,"item":2,"rating":3},{"user":4,"item":5,"rating":1}]',
  "0 12 13 14\n1 15\n2 12 16\n",
  'user;item;date\n"a;b";1;2020-01-31\n"c ""d""";2;2021-02-28\n',
];

/** @param {any} data */
function assertColumns({ users, items, user, item, rating, time, reading }) {
  const count = user.length;
  for (const column of [item, rating, time])
    mustHold(column === undefined || column.length === count, "columns of one length");
  for (let n = 0; n < count; n++) {
    mustHold(user[n] < users.length && item[n] < items.length, "an index of a name");
    mustHold(rating === undefined || !Number.isNaN(rating[n]), "ratings that are numbers");
    mustHold(time === undefined || Number.isFinite(time[n]), "times that are numbers");
  }
  mustHold(new Set(users).size === users.length, "each user once");
  mustHold(new Set(items).size === items.length, "each item once");
  mustHold(reading !== undefined, "how it was read");
}

/** @type {Record<string, import("./reader.js").Reader>} */
export const tables = {
  ratings: {
    seeds: seedsOf(...RATINGS),
    mutate,
    async read(bytes, draws) {
      const path = draws.pick(["r.csv", "r.dat", "r.json", "r.jsonl", "u.data", "r.inter"]);
      assertColumns(await readInteractions(bytes, path));
    },
  },
  negatives: {
    seeds: seedsOf("(0,25)\t1064\t174\t2791\n(1,133)\t1072\t3154\t3368\n", '"(7, 8)",1,2,3\n'),
    mutate,
    read(bytes) {
      for (const { user, item, negatives } of readNegatives(bytes, "n.negative")) {
        mustHold(user !== "" && item !== "", "a user and an item");
        mustHold(negatives.length > 0 && negatives.every((name) => name !== ""), "negatives");
      }
    },
  },
  lists: {
    seeds: seedsOf(
      "[[1,2,3],[4,5]]",
      '{"7":[1,2],"8":["a"]}',
      "1 5\n1 6\n2 7\n",
      "1: 4 5 6\n2: 7\n",
    ),
    mutate,
    async read(bytes, draws) {
      const lists = await readLists(bytes, draws.pick(["l.json", "l.csv", "l.txt"]), 0);
      for (const [user, list] of lists)
        mustHold(typeof user === "string" && Array.isArray(list), "lists by user");
    },
  },
  expect: {
    seeds: seedsOf(
      "user,item,score\n0,1,0.5\n1,2,-3.25\n",
      'history,item,score\n"3:2 17:4.5",5,0.25\n3|17,6,1e-3\n',
      '[{"user":1,"item":2,"score":0.5},{"history":[[1,3],[2,4.5]],"item":"a","score":2}]',
      "0\t1\t0.5\n",
    ),
    mutate,
    read(bytes) {
      for (const { score, item, user, history, features } of readExpected(bytes, "e.csv").lines) {
        mustHold(Number.isFinite(score), "a score");
        mustHold(typeof item === "string" && item !== "", "an item");
        mustHold(user !== undefined || history !== undefined || features !== undefined, "a user");
      }
    },
  },
  ids: {
    seeds: seedsOf("a\nb\nc\n", "1\n2\n3\n", '["a","b"]', '{"a":0,"b":1}', "id,row\nx,1\ny,0\n"),
    mutate,
    read(bytes, draws) {
      readIds(bytes, draws.pick(["ids.txt", "ids.json", "ids.csv"]));
    },
  },
};
