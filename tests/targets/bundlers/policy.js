// A strict Content-Security-Policy: scripts of the own origin only, WebAssembly, no blob:.
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "style-src 'self'",
];

/** A policy as a header, with more sources of scripts. @param {string[]} [scripts] */
export const policyHeader = (scripts = []) => ({
  "Content-Security-Policy": POLICY.map((rule) =>
    rule.startsWith("script-src") ? [rule, ...scripts].join(" ") : rule,
  ).join("; "),
});

/** What Chromium says of the worker that the policy forbids, before its file is started. */
export const BLOB_REFUSED = /blob:.*violates the following Content Security Policy/;
