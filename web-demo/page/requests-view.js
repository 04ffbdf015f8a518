import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { carried } from "./carried.js";

/** Every address that this page requested, so that the visitor can check the promise. */
export function requestsView({ requests, ratedAt, catalogue, drawn }) {
  const latestFirst = requests.toSorted((a, b) => b.at - a.at);
  const lists = latestFirst.filter(({ query }) => query !== "");
  const files = latestFirst.filter(({ query }) => query === "");
  return html`
    <section class="card requests" id="requests" aria-labelledby="requests-title">
      <h2 id="requests-title">What left this device</h2>
      <p class="hint">
        The requests below and nothing else. None has a body, a cookie or a rating, and they are the
        same for every visitor who asks for the same. This is the browser’s own record. Its network
        panel shows the rest: open it, rate a film, and see that nothing is sent.
      </p>
      ${lastRequest(latestFirst, catalogue, drawn)}
      <dl class="totals">
        ${total("Requests", requests.length)} ${total("Received", size(sum(requests)))}
        ${total("Since your last rating", ratedAt === null ? "–" : since(requests, ratedAt))}
      </dl>
      <h3>Candidate lists</h3>
      ${addresses(lists, "Requests for candidate lists, the last one first")}
      <details>
        <summary>${files.length} files: this page, the package, the films, the weights</summary>
        ${addresses(files, "Requests for files, the last one first")}
      </details>
    </section>
  `;
}

/** The last request in sentences. */
function lastRequest([last], catalogue, drawn) {
  if (!last) return nothing;
  const { asked, revealed, isOfYou } = carried(last, (id) => catalogue.get(id)?.title, drawn);
  return html`<p class=${isOfYou ? "carried of-you" : "carried"} id="carried">
    <strong>The last request.</strong> ${asked} <b>${revealed}</b>
  </p>`;
}

function addresses(requests, label) {
  if (requests.length === 0) return nothing;
  const row = ({ path, query, received, isAnswered }) =>
    html`<li>
      <code>${path}<b>${query}</b></code>
      <span>${outcome(received, isAnswered)}</span>
    </li>`;
  return html`<ol class="addresses" role="list" tabindex="0" aria-label=${label}>
    ${requests.map(row)}
  </ol>`;
}

function outcome(received, isAnswered) {
  if (received > 0) return size(received);
  return isAnswered ? "kept from before" : "no answer";
}

function total(label, value) {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

function since(requests, time) {
  return requests.filter(({ at }) => at > time).length;
}

function sum(requests) {
  return requests.reduce((bytes, { received }) => bytes + received, 0);
}

function size(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}
