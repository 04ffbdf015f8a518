import { loadModel } from "pocketrec";

const model = await loadModel("models/neumf.safetensors");
const user = model.user({ history: [{ item: 260, rating: 5 }] }); // stays on this device
console.table(model.recommend(user, { topK: 10, exclude: user.items }));
