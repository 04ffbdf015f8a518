/** The package's version, put in by scripts/bundle.js. */
declare const VERSION: string;
