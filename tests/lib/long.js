/** `npm run test:long` sets POCKETREC_LONG=1: tests that take minutes run in full. */
export const isLong = Boolean(process.env.POCKETREC_LONG);
