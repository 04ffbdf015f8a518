// Ranks at the edge: GET /?history=The Ninth Moon&history=Cold Ink
// Cloudflare compiles WebAssembly when the worker is deployed, so the package's entry for workerd
// imports its module as a file; nothing has to be set.
import { loadModel } from "pocketrec";
import books from "pocketrec/books.safetensors";

let loading;

export default {
  async fetch(request) {
    const model = await (loading ??= loadModel(books));
    const history = new URL(request.url).searchParams.getAll("history");
    const user = model.user({ history });
    return Response.json(model.recommend(user, { topK: 5, exclude: user.items }));
  },
};
