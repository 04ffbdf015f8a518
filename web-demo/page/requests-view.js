import { html } from "/vendor/lit-html/lit-html.js";

/** The panel that lets a visitor check the promise: every address that this page asked for. */
export function requestsView({ requests, ratings }) {
  const received = requests.reduce((sum, request) => sum + request.received, 0);
  return html`
    <section class="card requests" aria-labelledby="requests-title">
      <h2 id="requests-title">What left this device</h2>
      <p class="hint">
        ${requests.length} requests for files and candidate lists, the same for every visitor who looks at the same
        lists. ${promise(ratings.size)} The addresses below are the browser’s own record. Its network panel shows the
        rest: open it, rate a film, and see that nothing is sent.
      </p>
      <dl class="totals">
        <div><dt>Requests</dt><dd>${requests.length}</dd></div>
        <div><dt>Received</dt><dd>${kilobytes(received)}</dd></div>
        <div><dt>Your ratings sent</dt><dd>0</dd></div>
      </dl>
      <ol class="addresses" id="requests" tabindex="0" aria-label="Requests made by this page, the last one first">
        ${requests.toReversed().map(
          ({ path, query, received: bytes }) => html`<li>
            <code>${path}<b>${query}</b></code>
            <span>${bytes > 0 ? kilobytes(bytes) : "kept from before"}</span>
          </li>`,
        )}
      </ol>
    </section>
  `;
}

function promise(count) {
  if (count === 0) return "None carries a rating.";
  return `None carries ${count === 1 ? "your rating" : `any of your ${count} ratings`}.`;
}

function kilobytes(bytes) {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e3).toFixed(1)} kB`;
}
