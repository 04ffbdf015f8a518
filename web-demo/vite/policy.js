/** The Content-Security-Policy in the page itself: it holds on hosts that send no header, too. */
import { POLICY_OF_PAGE } from "../server/policy.js";

/** @returns {import("vite").Plugin} */
export function policy() {
  return {
    name: "policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY_OF_PAGE },
        injectTo: "head-prepend",
      },
    ],
  };
}
