// Compiled by tests/30-types.test.js against the installed package; it is not run.
import type {
  CandidatePack,
  ErrorCode,
  Filter,
  Info,
  Interaction,
  ItemId,
  Model,
  Ranked,
  Reason,
  Recommended,
  Recommender,
  RecommenderOptions,
  Step,
  User,
} from "pocketrec";
import { createRecommender, loadModel } from "pocketrec";
import type { Manifest, Weights } from "pocketrec/cache";
import type { HnswIndex } from "pocketrec/hnsw";
import type { ExportedHistory, History } from "pocketrec/history";
import { openHistory } from "pocketrec/history";
import type { PackMaker } from "pocketrec/packs";
import type { GaussianAnswer, Ledger } from "pocketrec/privacy";
import type { ModelWorker, WorkerModel, WorkerUser } from "pocketrec/worker";

const model: Model = await loadModel("m");
const past: Interaction[] = [1, { item: "a", rating: 5 }];
const user: User = model.user({ history: past });
const history: History = await openHistory("films");
const copy: ExportedHistory = history.export();
const ledger: Ledger = history;
const id: ItemId = model.ids()[0];
const filter: Filter = (item) => item !== id;
const ranked: Ranked[] = model.rank(user, [id], { filter });
const [reason]: Reason[] = model.explain(user, id);
const shorten: Step = (list) => list.slice(0, 3);
const options: RecommenderOptions = { rank: model, rerank: shorten, history };
const recommender: Recommender = createRecommender(options);
const { recommendations }: Recommended = await recommender.recommend();
const pack: CandidatePack = await model.openCandidates("p");
const info: Readonly<Info> = model.info;
const code: ErrorCode = "bad-argument";

export function use(
  worker: ModelWorker,
  remote: WorkerModel,
  remoteUser: WorkerUser,
  parts: [Manifest, Weights, HnswIndex, PackMaker, GaussianAnswer],
): void {
  console.log(worker, remote.rank(remoteUser, [1]), parts, copy, ledger, pack, info.name, code);
  console.log(ranked, reason.effect, recommendations);
}

// A user of no model does not exist.
// @ts-expect-error
const wrong: User = { vector: new Float32Array(1) };
console.log(wrong);
