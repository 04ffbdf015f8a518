// Candidate packs: what opens ranks all its items, sorted.
import { loadModel } from "pocketrec";

import { writeSafetensors } from "../../lib/safetensors.js";
import { fileOf } from "../../lib/weights.js";
import { mutateSafetensors } from "../mutate/safetensors.js";
import { bytesOf, mustHold, textOf } from "./reader.js";
import { models, usersOf } from "./weights.js";

const ITEM_SIDE = new RegExp(
  [
    "^(gmf\\.item|mlp\\.item|mlp\\.item_hidden|item\\.(embedding|bias|hidden)",
    "genres\\.|language\\.values|released\\.values)(\\.scale)?",
  ].join("|"),
);

/** @type {{ name: string, model: import("pocketrec").Model, users: any[] }[]} */
const loaded = [];

/** @type {import("./reader.js").Reader} */
export const packs = {
  async seeds() {
    const kinds = models().filter(({ info }) => /gmf|mlp|neumf|candidates|ranker/.test(info.kind));
    const files = [];
    for (const { tensors, info } of kinds) {
      const items = Object.entries(tensors).filter(
        ([name]) => ITEM_SIDE.test(name) && name !== "genres.embedding",
      );
      const model = await loadModel(fileOf({ tensors, info }));
      loaded.push({ name: items[0][0], model, users: usersOf(model) });
      const data = bytesOf(Array.from({ length: 20 }, (_, i) => `"p${i}"`).join("\n"));
      const ids = { dtype: "U8", shape: [data.length], data };
      const side = { ...Object.fromEntries(items), item_ids: ids };
      files.push(new Uint8Array(writeSafetensors(side)));
    }
    return files;
  },
  mutate: mutateSafetensors,
  async read(bytes, draws) {
    // Mostly a model that the pack may be of.
    const text = textOf(bytes.subarray(0, 2000));
    const fitting = loaded.filter(({ name }) => text.includes(name));
    const { model, users } = draws.pick(fitting.length && !draws.once(8) ? fitting : loaded);
    const pack = await model.openCandidates(bytes);
    for (const user of users.slice(0, 2)) {
      const ranked = model.rank(user, pack, { raw: true });
      mustHold(ranked.length === pack.itemCount, "every item ranked");
      mustHold(
        ranked.every(
          ({ score }, i) => Number.isFinite(score) && !(score > (ranked[i - 1]?.score ?? Infinity)),
        ),
        "a sorted list of finite scores",
      );
    }
  },
};
