/**
 * Trains one model on one world, a batch of ratings at a time, and says what came of it. It knows
 * no page: the worker and the tests run it.
 */
import { adam } from "./adam.js";
import { Tensor, add, backward, meanSquaredError, penalty, rowSums } from "./autodiff.js";
import { batchesOf } from "./batches.js";
import { createMap } from "./map.js";
import { MODELS } from "./models.js";
import { uniform } from "../../models/random.js";
import { normal } from "./random.js";
import { makeWorld } from "./world.js";

/**
 * @typedef {import("./world.js").Cell} Cell
 *
 * @typedef {object} Settings
 * @property {keyof typeof MODELS} model
 * @property {number} size of the embeddings
 * @property {number} rate the learning rate
 * @property {number} decay the weight of the L2 penalty
 * @property {number} noise in the ratings, in stars
 * @property {number} seed of the world, of the start and of the order of the batches
 */

export class Trainer {
  /** @param {Settings} settings */
  constructor({ model, size, rate, decay, noise, seed }) {
    this.world = makeWorld({ seed, noise });
    this.mean = meanOf(this.world.train);
    this.epochs = 0;
    /** @type {Cell[]} the ratings of the last step */
    this.batch = [];
    this.#kind = MODELS[model];
    this.#decay = decay;
    const next = uniform(seed + 1);
    /** @type {import("./models.js").Parameters} */
    this.parameters = this.#kind.start({ ...this.world, size }, () => normal(next));
    this.#advance = adam(Object.values(this.parameters), rate);
    this.#shuffled = () => batchesOf(this.world.train, this.#kind.wholeUsers, next);
    this.#ratings = centredRatings(this.world, this.mean);
  }

  #kind;
  #decay;
  #advance;
  #shuffled;
  #ratings;
  /** Batches of this epoch that are still to come. */
  #left = [];
  #maps = [createMap(), createMap()];

  /**
   * One step: the gradient of one batch's loss, then Adam.
   * @returns {number} the batch's loss before the step
   */
  step() {
    if (this.#left.length === 0) this.#left = this.#shuffled();
    this.batch = this.#left.pop();
    const loss = this.loss(this.batch);
    backward(loss);
    this.#advance();
    if (this.#left.length === 0) this.epochs++;
    return loss.values[0];
  }

  /** Batches that are still to come in this epoch; 0 between two epochs. */
  get stepsLeft() {
    return this.#left.length;
  }

  /** Steps up to the end of the epoch, in which each training rating comes once. */
  epoch() {
    do this.step();
    while (this.#left.length > 0);
  }

  /** What a step makes smaller: the batch's squared error and the penalty. (1, 1) */
  loss(cells) {
    const error = this.#error(cells);
    if (this.#decay === 0) return error;
    return Object.entries(this.parameters)
      .filter(([name]) => !name.endsWith("Bias"))
      .map(([, tensor]) => penalty(tensor, this.#decay))
      .reduce((sum, part) => add(sum, part), error);
  }

  /** The mean squared error over ratings, in stars squared: without the penalty. */
  errorOver(cells) {
    return this.#error(cells).values[0];
  }

  #error(cells) {
    const targets = cells.map(({ rating }) => rating - this.mean);
    return meanSquaredError(this.#predict(cells), targets);
  }

  /** Predictions less the mean: (n, 1). */
  #predict(cells) {
    const { terms } = this.#forward(cells);
    return Object.values(terms)
      .map(rowSums)
      .reduce((sum, part) => add(sum, part));
  }

  #forward(cells) {
    return this.#kind.forward(this.parameters, {
      users: cells.map(({ user }) => user),
      items: cells.map(({ item }) => item),
      ratings: this.#ratings,
    });
  }

  /** The predicted rating of every user for every film: (users, items) row-major. */
  predictions() {
    const { users, items } = this.world;
    const cells = Array.from({ length: users * items }, (_, at) => ({
      user: Math.floor(at / items),
      item: at % items,
    }));
    return this.#predict(cells).values.map((value) => this.mean + value);
  }

  /**
   * The arithmetic of one prediction. The mean and all values of all terms add up to it.
   *
   * @param {{ user: number, item: number }} cell
   */
  explain(cell) {
    const { terms, layers } = this.#forward([cell]);
    const valuesOf = (tensors) =>
      Object.entries(tensors).map(([name, { values }]) => ({ name, values: [...values] }));
    const prediction = this.mean + this.#predict([cell]).values[0];
    return { mean: this.mean, terms: valuesOf(terms), layers: valuesOf(layers), prediction };
  }

  /** Embeddings in the plane: (rows, 2) each. MF has users and films in one space. */
  map() {
    const { users, items } = this.#kind.embeddings(this.parameters, this.#ratings);
    const [first, second] = this.#maps;
    const [userPoints, itemPoints] = this.#kind.oneSpace
      ? first([users, items])
      : [...first([users]), ...second([items])];
    return { users: userPoints, items: itemPoints };
  }

  /** The length of the last step's gradient, of each parameter. */
  gradients() {
    return Object.entries(this.parameters).map(([name, { gradient, values }]) => ({
      name,
      count: values.length,
      length: Math.sqrt(gradient.reduce((sum, slope) => sum + slope * slope, 0)),
    }));
  }
}

const meanOf = (cells) => cells.reduce((sum, { rating }) => sum + rating, 0) / cells.length;

/** The training ratings less their mean, and 0 where there is none: (users, items). */
function centredRatings({ users, items, train }, mean) {
  const ratings = new Tensor(users, items);
  for (const { user, item, rating } of train) ratings.values[user * items + item] = rating - mean;
  return ratings;
}
