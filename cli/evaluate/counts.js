/**
 * What the protocols leave out, take out, or decide by a rule. `pocketrec-cli evaluate` prints each
 * count that is not 0, so that no rule is applied in silence.
 *
 * @typedef {Record<keyof typeof NONE, number>} Counts
 */

const NONE = {
  /** Interactions read. */
  interactions: 0,
  /** Interactions skipped: with items that the model does not know. */
  unknown: 0,
  /** Interactions skipped: rated below the threshold. */
  low: 0,
  /** Interactions skipped: of one user with one item the last one counts. */
  repeated: 0,
  /** Users with too few interactions, who are not measured. */
  short: 0,
  /** Users in the test file without a target, who are not measured. */
  untargeted: 0,
  /** Users with several interactions at their last time: the last line is held out. */
  tied: 0,
  /** Users whose last item the model does not know: the last one that it knows is held out. */
  lastUnknown: 0,
  /** Users with several items in a test file of which only the last one is held out. */
  several: 0,
  /** Held-out interactions with items of the training interactions. */
  seen: 0,
  /** Users of a sequence model who had met the held-out item before. */
  again: 0,
  /** Users without training interactions. */
  empty: 0,
  /** Users for whom fewer items than asked for can be sampled. */
  fewer: 0,
  /** Users with no other candidate to rank a target among. */
  alone: 0,
  /** Users with no more candidates than the largest cut-off, whose targets are found anyway. */
  within: 0,
  /** Lines of negatives, or lists, without an item that the model knows. */
  lines: 0,
  /** Users with several lines of negatives, of which each is measured. */
  lineRepeats: 0,
  /** Items in lists or lines of negatives that the model does not know. */
  listUnknown: 0,
  /** Items in lists or lines of negatives that repeat, or are the held-out item. */
  listRepeated: 0,
};

/** @returns {Counts} */
export const newCounts = () => ({ ...NONE });
