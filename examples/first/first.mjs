import { loadModel } from "pocketrec";

const model = await loadModel(import.meta.resolve("pocketrec/books.safetensors"));
const user = model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
console.table(model.recommend(user, { topK: 5, exclude: user.items }));
