// Compiled by tests/30-types.test.js against the installed package; it is not run. What is wrong
// does not compile.
import { createRecommender, loadModel, PocketrecError } from "pocketrec";

const model = await loadModel("m");

// A retrieve has no parameter `user`: a server must not learn it.
// @ts-expect-error
createRecommender({ rank: model, retrieve: ({ user }) => [user] });

// @ts-expect-error
await loadModel("m", { simd: "avx" });

// @ts-expect-error
await loadModel("m", { signal: new Date() });

// @ts-expect-error
export const isOops = (error: PocketrecError) => error.code === "oops";

// Rows are a Uint32Array, and ratings a Float32Array.
// @ts-expect-error
model.user({ history: { items: [1, 2] } });

// @ts-expect-error
model.user({ history: { items: Int32Array.of(1) } });

// @ts-expect-error
model.user({ history: { items: Uint32Array.of(1), ratings: [5] } });

// @ts-expect-error
model.user({ history: { items: Uint32Array.of(1), rating: Float32Array.of(5) } });

// @ts-expect-error
model.user({ id: 1 }).update({ remove: { items: Uint32Array.of(1) } });

// @ts-expect-error
model.rank(model.user({ id: 1 }), { items: Uint32Array.of(1) });

// A text is a list of its letters.
// @ts-expect-error
model.rank(model.user({ id: 1 }), [1], { exclude: "Cold Ink" });

// @ts-expect-error
model.rank(model.user({ id: 1 }), "Cold Ink");

// @ts-expect-error
model.rank(model.user({ id: 1 }), [1], { filter: "Cold Ink" });

// @ts-expect-error
model.user({ history: "Cold Ink" });

// @ts-expect-error
model.user({ history: [] }).update({ remove: "Cold Ink" });

// A score may be null.
// @ts-expect-error
model.rank(model.user({ id: 1 }), [1])[0].score.toFixed();
