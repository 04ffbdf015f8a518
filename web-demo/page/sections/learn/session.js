/**
 * One training as the page sees it: what is shown, and what the buttons do. No view. The worker
 * answers in the order in which it was asked, so that a report always belongs to the last opening.
 */
import { signal } from "@preact/signals";
import { wrap } from "comlink";

/** Epochs after which it stops playing. */
export const LAST = 400;

/** Between two pictures: ms, and epochs. fast: on the way to an epoch of the address. */
const PACE = {
  moving: { wait: 50, epochs: 1 },
  still: { wait: 1000, epochs: 25 },
  fast: { wait: 0, epochs: 20 },
};

/**
 * @typedef {{ epoch: number, training: number, test: number }} Errors in stars squared
 * @typedef {{ settings: import("./trainer.js").Settings, curve: Errors[] }} Run
 *
 * @typedef {Run & {
 *   world: import("./world.js").World,
 *   mean: number,
 *   before: Run | null,
 *   report: ReturnType<import("./learn-worker.js").Learner["step"]>,
 * }} Shown before: the last training with other settings
 */

export class Session {
  /** @type {import("@preact/signals").Signal<Shown | null>} */
  shown = signal(null);
  isPlaying = signal(false);
  /** Openings and steps that are under way. */
  underway = signal(0);

  #worker = new Worker(new URL("./learn-worker.js", import.meta.url), { type: "module" });
  /** @type {import("comlink").Remote<import("./learn-worker.js").Learner>} */
  #learner = wrap(this.#worker);
  /** Of the playing that goes on: an earlier one ends when it sees another number. */
  #turn = 0;

  /**
   * Begins anew, and trains fast up to an epoch. What plays goes on playing.
   * @param {import("./trainer.js").Settings} settings
   * @param {number} [epochs]
   */
  async open(settings, epochs = 0) {
    const opened = await this.#counted(this.#learner.open(settings));
    this.shown.value = { ...opened, curve: opened.report.errors, before: this.#before(settings) };
    if (epochs > 0) this.#run(epochs, PACE.fast);
  }

  /** The last training that got anywhere, unless it had the same settings. */
  #before(settings) {
    const last = this.shown.peek();
    if (!last || last.curve.length < 2) return last?.before ?? null;
    const isSame = JSON.stringify(last.settings) === JSON.stringify(settings);
    return isSame ? last.before : { settings: last.settings, curve: last.curve };
  }

  play() {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return this.#run(LAST, isStill ? PACE.still : PACE.moving);
  }

  async #run(end, { wait, epochs }) {
    const turn = ++this.#turn;
    this.isPlaying.value = true;
    const left = () => Math.max(0, end - this.shown.peek().report.epochs);
    while (turn === this.#turn) {
      const waited = new Promise((resolve) => setTimeout(resolve, wait));
      this.#add(await this.#learner.epochs(Math.min(epochs, left())));
      await waited;
      if (turn === this.#turn && left() === 0) this.pause();
    }
  }

  pause() {
    this.#turn++;
    this.isPlaying.value = false;
  }

  async step() {
    this.#add(await this.#counted(this.#learner.step()));
  }

  /** The arithmetic of one prediction. */
  explain = (cell) => this.#learner.explain(cell);

  /** What another training ends with. */
  outcome = (settings, epochs) => this.#learner.outcome(settings, epochs);

  close() {
    this.pause();
    this.#worker.terminate();
  }

  async #counted(work) {
    this.underway.value++;
    try {
      return await work;
    } finally {
      this.underway.value--;
    }
  }

  #add(report) {
    const shown = this.shown.peek();
    this.shown.value = { ...shown, curve: [...shown.curve, ...report.errors], report };
  }
}
