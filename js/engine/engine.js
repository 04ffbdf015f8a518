/**
 * What an index asks of a vector engine. `milvusEngine` makes one; an app may write its own for
 * another engine (docs/engines.md has one in full). A method throws what its client throws:
 * `explain` says what it means. Each gets a Call as its last argument.
 *
 * @typedef {string | number} Key an item's key in the engine: a number of a collection with whole
 *   numbers as keys, else a string
 *
 * @typedef {object} Engine a collection of an engine
 * @property {string} name for errors, such as `Milvus collection "films"`
 * @property {number} mostPerSearch how many items the engine gives at most for one search
 * @property {number} tolerance how far a score may be from the inner product, relative to it: 0.001
 *   where vectors are stored as they are, more where the engine compresses them
 * @property {(call: Call) => Promise<Stored | undefined>} describe undefined: no such collection
 * @property {(stored: Stored, call: Call) => Promise<void>} create an empty collection
 * @property {(call: Call) => Promise<void>} load makes the collection ready for searches
 * @property {(call: Call) => Promise<number>} count of the items
 * @property {(keys: Key[], call: Call) => Promise<KeyedVector[]>} read those that are there
 * @property {(records: EngineRecord[], call: Call) => Promise<void>} upsert adds or replaces
 * @property {(call: Call) => Promise<void>} settle is called once after many records: the engine
 *   may build its index now
 * @property {(keys: Key[], call: Call) => Promise<void>} remove those that are there
 * @property {(query: EngineQuery, call: Call) => Promise<KeyedScore[]>} search the best first
 * @property {(call: Call) => Promise<void>} drop the collection
 * @property {(error: unknown) => Explanation} explain an error of the client
 *
 * @typedef {object} Call how long a method may take
 * @property {number} timeout ms
 * @property {AbortSignal} [signal] of the app, for clients that can stop a request
 *
 * @typedef {object} Stored what a collection is made for
 * @property {number} width of the vectors
 * @property {"inner" | string} metric "inner" for inner products; of others the engine's name
 * @property {"integer" | "string" | "json"} keys "integer": ids are whole numbers; "string": ids
 *   are strings; "json": ids of both kinds, as the JSON of each
 * @property {string} [version] of the vectors, as the app calls it
 * @property {number} [length] to which the vectors are brought by their last coordinate, where they
 *   are; a collection keeps it
 *
 * @typedef {object} KeyedVector an item in the engine
 * @property {Key} key of the item
 * @property {ArrayLike<number>} vector of the item
 *
 * @typedef {object} KeyedScore an item that the engine found
 * @property {Key} key of the item
 * @property {number} score the inner product
 *
 * @typedef {object} EngineRecord an item to be stored
 * @property {Key} key of the item
 * @property {Float32Array} vector of the item
 * @property {Record<string, unknown>} [attributes] that `where` can ask for
 *
 * @typedef {object} EngineQuery what to search for
 * @property {Float32Array} vector of the user
 * @property {number} topK how many, at most mostPerSearch
 * @property {string} [where] an expression in the engine's language
 *
 * @typedef {object} Explanation what an error of the client means
 * @property {import("../common/errors.js").ErrorCode} code "network", "timeout", "not-found",
 *   "not-allowed", "bad-argument" or "engine"
 * @property {string} found in words
 * @property {string} [hint] the way out, a sentence
 * @property {boolean} [isTransient] whether the same call may succeed later
 */

export {};
