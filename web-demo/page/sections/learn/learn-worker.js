/** The worker in which a model trains, so that the page's own thread stays free. */
import { expose } from "comlink";
import { Trainer } from "./trainer.js";

/** @type {Trainer} */
let trainer;

/** The errors of each epoch since the last report. */
let errors = [];

const measure = () => {
  const { world, epochs } = trainer;
  const [training, test] = [world.train, world.test].map((cells) => trainer.errorOver(cells));
  errors.push({ epoch: epochs, training, test });
};

/** What the page draws. */
function report() {
  const { epochs, stepsLeft, batch } = trainer;
  const news = errors;
  errors = [];
  return {
    epochs,
    stepsLeft,
    batch,
    errors: news,
    predictions: trainer.predictions(),
    map: trainer.map(),
    gradients: trainer.gradients(),
  };
}

const learner = {
  /** Begins anew. @param {import("./trainer.js").Settings} settings */
  open(settings) {
    trainer = new Trainer(settings);
    errors = [];
    measure();
    const { world, mean } = trainer;
    return { world, mean, settings, report: report() };
  },

  /** @param {number} count */
  epochs(count) {
    for (let epoch = 0; epoch < count; epoch++) {
      trainer.epoch();
      measure();
    }
    return report();
  },

  step() {
    trainer.step();
    if (trainer.stepsLeft === 0) measure();
    return report();
  },

  /** @param {{ user: number, item: number }} cell */
  explain: (cell) => trainer.explain(cell),

  /** The errors after training elsewhere: this training stays as it is. */
  outcome(settings, epochs) {
    const other = new Trainer(settings);
    for (let epoch = 0; epoch < epochs; epoch++) other.epoch();
    const { train, test } = other.world;
    return { training: other.errorOver(train), test: other.errorOver(test) };
  },
};

/** @typedef {typeof learner} Learner */

expose(learner);
