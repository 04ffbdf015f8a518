import { loadModel } from "pocketrec";
import { openHistory } from "pocketrec/history";
import { privateQuery } from "pocketrec/privacy";

const model = await loadModel("models/candidates.safetensors");
const history = await openHistory("lesson", { budget: { epsilon: 9 } }); // with its ledger
await history.add([260, 1196, 2571]);
const user = model.user({ history, features: { count: 3 } });

// Published vectors, the same for every user: here those of four films.
const centroids = [260, 1, 318, 597].map((film) => model.vectors([film]));
const mechanism = "randomised-response";
console.log(await privateQuery(user, { mechanism, epsilon: 3, centroids })); // may be sent
console.log(history.spent); // { epsilon: 3, delta: 0, queries: 1 }
await history.erase();
