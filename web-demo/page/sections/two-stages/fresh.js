/**
 * A miniature of example age (Covington et al., section 3.3 and figure 4), with invented numbers:
 * how often a video is watched depends on how many days it has been up, and the training examples
 * are those of the last DAYS days.
 */

export const DAYS = 30;
const STEPS = 8 * DAYS; // moments of the window

/**
 * Watches per 1,000 impressions of a video that has been up for some days: none before, most after
 * two days, then fewer.
 *
 * @param {number} days since the upload
 */
export const watchesAt = (days) => (days < 0 ? 0 : 4 + 30 * (days + 0.5) * Math.exp(-days / 2));

/**
 * What a model without the age learns of a video: the mean over all examples, those of the days
 * before the upload too.
 *
 * @param {number} days since the upload, at serving
 */
export const withoutAge = (days) =>
  Array.from({ length: STEPS }, (_, k) => watchesAt(days - (k * DAYS) / STEPS)).reduce(
    (a, b) => a + b,
  ) / STEPS;

/**
 * What a model with the age as an input says of the video: what it was at that age. At serving the
 * age is 0.
 *
 * @param {number} days since the upload, at serving
 * @param {number} age that it is served with
 */
export const withAge = (days, age) => watchesAt(days - age);
