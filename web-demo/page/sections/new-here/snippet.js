import { loadModel } from "pocketrec";

const model = await loadModel("models/gmf.safetensors");
const user = model.user({ history: [] }); // no rating yet: the mean of the training users
for (const item of [1, 260, 2571]) {
  user.update({ add: [{ item, rating: 5 }] }); // the vector is fitted again, on this device
  const [first] = model.recommend(user, { topK: 1, exclude: user.items });
  console.log(user.items.length, first, user.vector.slice(0, 3));
}
