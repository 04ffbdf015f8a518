/**
 * The example of He et al. (2017, figure 1): four users and five items, of whose similarities no
 * dot product of two positive numbers a user keeps the order.
 */

/** Who interacted with what: u1 to u4 by i1 to i5. */
export const INTERACTIONS = [
  [1, 1, 1, 0, 1],
  [0, 1, 1, 0, 0],
  [0, 1, 1, 1, 0],
  [1, 0, 1, 1, 1],
];

/** Each two users, those of u4 last. */
export const PAIRS = [
  [1, 2],
  [0, 1],
  [0, 2],
  [3, 0],
  [3, 2],
  [3, 1],
];

/** Where the first three stand, in degrees: their order is right. */
export const PLACES = [12, 54, 88];

/** Where u4 stands at first: between u2 and u3, which is wrong. */
export const START = 70;

/** @typedef {(one: number, other: number) => number} Similarity of two users, by index */

/** Shared items among those of either. @type {Similarity} */
export function jaccard(one, other) {
  const [a, b] = [INTERACTIONS[one], INTERACTIONS[other]];
  const shared = a.filter((value, item) => value && b[item]).length;
  return shared / a.filter((value, item) => value || b[item]).length;
}

/** Of vectors of length 1, one a user. @returns {Similarity} */
export const productOf = (vectors) => (one, other) =>
  vectors[one].reduce((sum, value, k) => sum + value * vectors[other][k], 0);

/** The four on the circle. @param {number} angle of u4, in degrees */
export const onCircle = (angle) =>
  [...PLACES, angle].map((degrees) => {
    const radians = (degrees * Math.PI) / 180;
    return [Math.cos(radians), Math.sin(radians)];
  });

/**
 * What must hold: the order of the first three among themselves, that of u4, and that nobody is
 * the opposite of anybody, as no share of items is below zero.
 *
 * @param {Similarity} product
 */
export function checks(product) {
  return {
    others: product(1, 2) > product(0, 1) && product(0, 1) > product(0, 2),
    first: product(3, 0) > product(3, 2),
    second: product(3, 2) > product(3, 1),
    positive: PAIRS.every(([one, other]) => product(one, other) >= 0),
  };
}

const held = (angle) => Object.values(checks(productOf(onCircle(angle)))).filter(Boolean).length;

const error = (product) =>
  PAIRS.reduce((sum, [one, other]) => sum + (product(one, other) - jaccard(one, other)) ** 2, 0);

/**
 * The angle of u4 at which the most checks hold; of these the one whose products are nearest to the
 * similarities.
 *
 * @returns {{ angle: number, held: number }}
 */
export function bestAngle() {
  const angles = Array.from({ length: 360 }, (_, angle) => angle);
  const most = Math.max(...angles.map(held));
  const off = (angle) => error(productOf(onCircle(angle)));
  const angle = angles.filter((one) => held(one) === most).sort((a, b) => off(a) - off(b))[0];
  return { angle, held: most };
}

/**
 * Vectors of more numbers. With four the products are the similarities themselves: rows of the
 * Cholesky factor of their matrix. With fewer, gradient descent from these rows cut short.
 *
 * @param {number} dimension
 * @returns {number[][]} of length 1, one a user
 */
export function fitted(dimension) {
  let vectors = cholesky().map((row) => unit(row.slice(0, dimension)));
  for (let step = 0; step < STEPS; step += 1)
    vectors = vectors.map((vector, one) => unit(moved(vector, one, vectors)));
  return vectors;
}

const STEPS = 2000;
const RATE = 0.05;

/** One step of a user's vector down the squared error. */
function moved(vector, one, vectors) {
  const product = productOf(vectors);
  const off = vectors.map((_, other) =>
    other === one ? 0 : product(one, other) - jaccard(one, other),
  );
  return vector.map(
    (value, k) =>
      value - RATE * off.reduce((sum, miss, other) => sum + miss * vectors[other][k], 0),
  );
}

const unit = (vector) => vector.map((value) => value / Math.hypot(...vector));

/** Rows whose products are the similarities. */
function cholesky() {
  const rows = INTERACTIONS.map(() => INTERACTIONS.map(() => 0));
  for (const [one, row] of rows.entries())
    for (let k = 0; k <= one; k += 1) {
      const rest = jaccard(one, k) - productOf(rows)(one, k);
      row[k] = k === one ? Math.sqrt(rest) : rest / rows[k][k];
    }
  return rows;
}
