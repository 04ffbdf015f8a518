/** `npm run test:long` sets POCKETREC_LONG=1: tests that take minutes run in full. */
export const isLong = Boolean(process.env.POCKETREC_LONG);

/**
 * Options of a test that is slow, and the same in all engines: in Chromium always, in others where
 * tests run in full.
 *
 * @param {string} browser as Puppeteer calls it
 */
export const seldomIn = (browser) => ({
  skip: !isLong && browser !== "chrome" && "in other browsers than Chromium by npm run test:long",
});
