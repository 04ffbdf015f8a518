/**
 * The four models. Each predicts how far a user's rating of a film lies from the mean rating, as a
 * sum of terms: `forward` gives the terms, training adds them up, the page shows them.
 *
 * - MF: Koren, Bell and Volinsky, Matrix Factorization Techniques for Recommender Systems (2009)
 * - MLP and NeuMF: He et al., Neural Collaborative Filtering (WWW 2017), sections 3.3 and 3.4; here
 *   they predict stars, so that the output has no sigmoid and the loss is the squared error
 * - AutoRec by user: Sedhain et al., AutoRec (WWW 2015), with f the identity and g the sigmoid; the
 *   input is centred, a film that was not rated is 0
 */
import { Tensor, add, concat, gather, matmul, multiply, relu, sigmoid } from "./autodiff.js";

/** Widths of the tower's layers. */
const TOWER = [16, 8];
/** The standard deviation of new embeddings. */
const SMALL = 0.1;

/**
 * @typedef {Record<string, Tensor>} Parameters biases have names that end in "Bias"
 *
 * @typedef {object} Batch
 * @property {number[]} users row of each rating to predict
 * @property {number[]} items
 * @property {Tensor} ratings (users, items): training ratings less their mean, and 0 elsewhere
 *
 * @typedef {object} Forward for n ratings
 * @property {Record<string, Tensor>} terms (n, width) each: all values of a row, of all terms, add
 *   up to the prediction, less the mean rating
 * @property {Record<string, Tensor>} layers (n, width) each: the values on the way
 *
 * @typedef {object} ModelKind
 * @property {(shape: { users: number, items: number, size: number }, draw: () => number) =>
 *   Parameters} start draw: standard normal numbers
 * @property {(parameters: Parameters, batch: Batch) => Forward} forward
 * @property {(parameters: Parameters, ratings: Tensor) => { users: Tensor, items: Tensor }}
 *   embeddings what the page draws as a map
 * @property {boolean} [oneSpace] whether users' and films' embeddings are multiplied, and so have
 *   one map
 * @property {boolean} [wholeUsers] whether a batch has all training ratings of its users
 */

/** A parameter of random values. */
const random = (rows, columns, scale, draw) =>
  new Tensor(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => scale * draw()),
  );

/** The tables of users' and items' embeddings, as one entry. */
const tables = ({ users, items, size }, draw) => ({
  user: random(users, size, SMALL, draw),
  item: random(items, size, SMALL, draw),
});

/** @type {ModelKind} r = mean + b_u + b_i + p_u q_i */
const mf = {
  oneSpace: true,
  start: (shape, draw) => ({
    userBias: new Tensor(shape.users, 1),
    itemBias: new Tensor(shape.items, 1),
    ...tables(shape, draw),
  }),
  forward(parameters, { users, items }) {
    const user = gather(parameters.user, users);
    const item = gather(parameters.item, items);
    return {
      terms: {
        userBias: gather(parameters.userBias, users),
        itemBias: gather(parameters.itemBias, items),
        products: multiply(user, item),
      },
      layers: { user, item },
    };
  },
  embeddings: ({ user, item }) => ({ users: user, items: item }),
};

/** Weights (in, out) of the tower over two embeddings, drawn after He et al. (ICCV 2015). */
function startTower(size, draw) {
  const [first, second] = TOWER;
  return {
    layer1: random(2 * size, first, Math.sqrt(1 / size), draw),
    layer1Bias: new Tensor(1, first),
    layer2: random(first, second, Math.sqrt(2 / first), draw),
    layer2Bias: new Tensor(1, second),
  };
}

/** The tower's layers. */
function climb(parameters, user, item) {
  const { layer1, layer1Bias, layer2, layer2Bias } = parameters;
  const hidden1 = relu(add(matmul(concat(user, item), layer1), layer1Bias));
  const hidden2 = relu(add(matmul(hidden1, layer2), layer2Bias));
  return { user, item, hidden1, hidden2 };
}

/** The output's bias, once for each rating. */
const repeated = (bias, users) => gather(bias, new Array(users.length).fill(0));

/** @type {ModelKind} r = mean + b + h tower(p_u | q_i) */
const mlp = {
  start: (shape, draw) => ({
    ...tables(shape, draw),
    ...startTower(shape.size, draw),
    output: random(1, TOWER.at(-1), Math.sqrt(1 / TOWER.at(-1)), draw),
    outputBias: new Tensor(1, 1),
  }),
  forward(parameters, { users, items }) {
    const layers = climb(
      parameters,
      gather(parameters.user, users),
      gather(parameters.item, items),
    );
    return {
      terms: {
        outputBias: repeated(parameters.outputBias, users),
        tower: multiply(layers.hidden2, parameters.output),
      },
      layers,
    };
  },
  embeddings: mf.embeddings,
};

/** @type {ModelKind} r = mean + b + g (s_u * t_i) + h tower(p_u | q_i) */
const neumf = {
  start(shape, draw) {
    const gmf = tables(shape, draw);
    return {
      gmfUser: gmf.user,
      gmfItem: gmf.item,
      gmfOutput: random(1, shape.size, 1, draw),
      ...mlp.start(shape, draw),
    };
  },
  forward(parameters, batch) {
    const gmfUser = gather(parameters.gmfUser, batch.users);
    const gmfItem = gather(parameters.gmfItem, batch.items);
    const { terms, layers } = mlp.forward(parameters, batch);
    const products = multiply(multiply(gmfUser, gmfItem), parameters.gmfOutput);
    return {
      terms: { outputBias: terms.outputBias, products, tower: terms.tower },
      layers: { gmfUser, gmfItem, ...layers },
    };
  },
  embeddings: ({ gmfUser, gmfItem, user, item }) => ({
    users: concat(gmfUser, user),
    items: concat(gmfItem, item),
  }),
};

/** What AutoRec makes of users' ratings: g(x V + mu), (users, size). */
const encode = ({ encoder, encoderBias }, ratings) =>
  sigmoid(add(matmul(ratings, encoder), encoderBias));

/** @type {ModelKind} r = mean + b_i + w_i g(x_u V + mu) */
const autorec = {
  wholeUsers: true,
  start: ({ items, size }, draw) => ({
    encoder: random(items, size, SMALL, draw),
    encoderBias: new Tensor(1, size),
    item: random(items, size, SMALL, draw),
    itemBias: new Tensor(items, 1),
  }),
  forward(parameters, { users, items, ratings }) {
    const distinct = [...new Set(users)];
    const codes = encode(parameters, gather(ratings, distinct));
    const rowOf = new Map(distinct.map((user, row) => [user, row]));
    const code = gather(
      codes,
      users.map((user) => rowOf.get(user)),
    );
    const item = gather(parameters.item, items);
    return {
      terms: { itemBias: gather(parameters.itemBias, items), products: multiply(code, item) },
      layers: { code, item },
    };
  },
  embeddings: (parameters, ratings) => ({
    users: encode(parameters, ratings),
    items: parameters.item,
  }),
};

/** @type {Record<string, ModelKind>} */
export const MODELS = { mf, mlp, neumf, autorec };
