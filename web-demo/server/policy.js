/**
 * The Content-Security-Policy of the page. The browser enforces the demo's promise: scripts, styles
 * and connections of this origin only, and `form-action 'none'`, so that no form can send anything.
 *
 * WebAssembly needs 'wasm-unsafe-eval'. Styles may be inline, since the chart library writes style
 * elements and typeset formulas have style attributes; no style can fetch what other lines forbid.
 */
const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For the page's own `<meta>`, so that the promise holds on any host of static files. */
export const POLICY_OF_PAGE = DIRECTIVES.join("; ");

/** For the header, which may also forbid that other pages show this one in a frame. */
export const POLICY = [...DIRECTIVES, "frame-ancestors 'none'"].join("; ");
