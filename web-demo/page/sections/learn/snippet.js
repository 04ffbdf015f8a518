import { loadModel } from "pocketrec";

// The films' numbers are trained already and stay as they are. For someone new the package learns
// one vector, in the browser, from that user's interactions alone.
const model = await loadModel("models/gmf.safetensors");
for (const liked of [[260], [260, 1196, 1210], [260, 1196, 1210, 589, 1240]]) {
  const user = model.user({ history: liked.map((item) => ({ item, rating: 5 })) });
  console.log(liked.length, user.vector.slice(0, 3), model.score(user, [2571]));
}
