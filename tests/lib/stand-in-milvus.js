// A stand-in of the Node client of Milvus: it keeps collections in memory and answers as
// @zilliz/milvus2-sdk-node 3.0.6 was seen to answer of Milvus Lite 3.2.2, failures included. The
// tests of tests/15-engine.test.js run against both.
const OK = { error_code: "Success", reason: "", code: 0, retriable: false };

const status = (code, reason) => ({ error_code: code, reason, code, retriable: false });

const noCollection = (name) => ({
  ...status(100, `collection '${name}' does not exist`),
  error_code: "CollectionNotExists",
});

/** What gRPC throws. */
export const grpcError = (code, details) =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });

/** What the client throws where nothing listens. */
export const unavailable = () =>
  grpcError(14, "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1.");

export class StandInMilvus {
  collections = new Map();
  /** The methods that were called, with what they got. @type {[string, any][]} */
  calls = [];
  /** What the next calls throw, by method. @type {Map<string, unknown[]>} */
  failures = new Map();
  connectPromise = Promise.resolve();

  /**
   * @param {string} method
   * @param {unknown[]} errors one a call
   */
  failNext(method, ...errors) {
    this.failures.set(method, errors);
  }

  #enter(method, request) {
    this.calls.push([method, request]);
    const error = this.failures.get(method)?.shift();
    if (error) throw error;
    return this.collections.get(request.collection_name);
  }

  async createCollection(request) {
    const { collection_name: name, fields, index_params: indexes, properties } = request;
    if (this.#enter("createCollection", request))
      throw status(1, `collection '${name}' already exists`);
    this.collections.set(name, { fields, indexes, properties, rows: new Map(), isLoaded: true });
    return OK;
  }

  async describeCollection(request) {
    const name = request.collection_name;
    const collection = this.#enter("describeCollection", request);
    if (!collection) return { status: noCollection(name), schema: null, properties: [] };
    const types = { 5: "Int64", 21: "VarChar", 101: "FloatVector" };
    const fields = collection.fields.map((field) => ({
      name: field.name,
      data_type: types[field.data_type],
      ...(field.dim && { dim: `${field.dim}` }),
    }));
    return { status: OK, schema: { fields }, properties: pairs(collection.properties) };
  }

  async describeIndex(request) {
    const [{ index_type, metric_type }] = this.#enter("describeIndex", request).indexes;
    return { status: OK, index_descriptions: [{ params: pairs({ index_type, metric_type }) }] };
  }

  async loadCollectionSync(request) {
    const collection = this.#enter("loadCollectionSync", request);
    if (!collection) throw noCollection(request.collection_name);
    collection.isLoaded = true;
    return OK;
  }

  async closeConnection() {}

  async releaseCollection(request) {
    this.#enter("releaseCollection", request).isLoaded = false;
    return OK;
  }

  async flushSync(request) {
    this.#enter("flushSync", request);
    return { status: OK, flushed: true };
  }

  async dropCollection(request) {
    this.#enter("dropCollection", request);
    this.collections.delete(request.collection_name);
    return OK;
  }

  async upsert(request) {
    const collection = this.#enter("upsert", request);
    if (!collection) throw { status: noCollection(request.collection_name), schema: null };
    const width = collection.fields.find(({ name }) => name === "vector").dim;
    const wrong = request.data.find(({ vector }) => vector.length !== width);
    if (wrong)
      return { status: status(6, "FieldData 'vector' has another dim"), err_index: [], IDs: null };
    for (const { id, vector, ...attributes } of request.data)
      collection.rows.set(`${id}`, { vector: Float32Array.from(vector), attributes });
    const count = `${request.data.length}`;
    return { status: OK, err_index: [], upsert_cnt: count };
  }

  async delete(request) {
    const collection = this.#enter("delete", request);
    if (!collection) return { status: noCollection(request.collection_name) };
    for (const key of keysOf(request.filter)) collection.rows.delete(key);
    return { status: OK };
  }

  async query(request) {
    const { collection_name: name, filter, output_fields: fields } = request;
    const collection = this.#enter("query", request);
    if (!collection) return { status: noCollection(name), data: [] };
    if (!collection.isLoaded) return { status: notLoaded(name), data: [] };
    if (fields[0] === "count(*)")
      return { status: OK, data: [{ "count(*)": `${collection.rows.size}` }] };
    const found = keysOf(filter).filter((key) => collection.rows.has(key));
    const vectorOf = (key) => [...collection.rows.get(key).vector];
    return { status: OK, data: found.map((id) => ({ id, vector: vectorOf(id) })) };
  }

  async search(request) {
    const { collection_name: name, data, limit, filter } = request;
    const collection = this.#enter("search", request);
    // The client reads the fields of a description that there is not.
    if (!collection) throw new TypeError("Cannot read properties of null (reading 'fields')");
    if (!collection.isLoaded) return { status: notLoaded(name), results: [] };
    const isTrue = filter === undefined ? () => true : compare(filter);
    if (!isTrue) return { status: status(6, `unexpected character in\n${filter}`), results: [] };
    const results = [...collection.rows]
      .filter(([, { attributes }]) => isTrue(attributes))
      .map(([id, { vector }]) => ({ id, score: Math.fround(dot(vector, data)) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
    return { status: OK, results };
  }
}

const notLoaded = (name) => status(101, `Collection '${name}' is in state 'released'`);

const pairs = (object = {}) => Object.entries(object).map(([key, value]) => ({ key, value }));

const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0);

/** The keys of `id in [...]`, as strings, read as Milvus reads its literals. */
function keysOf(filter) {
  const [, list] = filter.match(/^id in \[(.*)\]$/s);
  const literals = list.match(/"(?:\\.|[^"\\])*"|-?\d+/gs) ?? [];
  const unescaped = { n: "\n", r: "\r" };
  return literals.map((text) =>
    text.startsWith('"')
      ? text.slice(1, -1).replaceAll(/\\(.)/gs, (_, found) => unescaped[found] ?? found)
      : text,
  );
}

/** `NAME < NUMBER`, `NAME == "TEXT"` and the like; undefined for other expressions. */
function compare(expression) {
  const [, name, operator, value] = expression.match(/^(\w+) (==|<|>=) (\S+)$/) ?? [];
  if (!name) return undefined;
  const wanted = JSON.parse(value);
  const tests = { "==": (a) => a === wanted, "<": (a) => a < wanted, ">=": (a) => a >= wanted };
  return (attributes) => tests[operator](attributes[name]);
}
