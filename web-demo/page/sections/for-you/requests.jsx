import { catalogue } from "../../models/films.js";
import { carried } from "../../ranking/carried.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { requests } from "../../state/requests.js";
import { ratedAt } from "../../state/visitor.js";
import { drawn } from "./taste.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/** Every request of this page, so that the visitor can check its promise. */
export function Requests() {
  const t = textsOf({ en, ko }).requests;
  const latestFirst = requests.value.toReversed();
  const lists = latestFirst.filter(isQuestion);
  const files = latestFirst.filter((request) => !isQuestion(request));
  const since = ratedAt.value && latestFirst.filter(({ at }) => at > ratedAt.value).length;
  return (
    <section class="card for-you-requests" id="requests" aria-labelledby="requests-title">
      <h2 id="requests-title">{t.title}</h2>
      <p class="hint">{t.lead}</p>
      <p class="for-you-totals">
        <span>
          <b>{formatNumber(latestFirst.length)}</b> {t.total(latestFirst.length)}
        </span>
        <span>
          <b>{size(latestFirst.reduce((sum, { received }) => sum + received, 0))}</b> {t.received}
        </span>
        {since !== null && (
          <span data-since={since}>
            <b>{formatNumber(since)}</b> {t.since}
          </span>
        )}
      </p>
      <ul class="for-you-asked">
        {lists.map((request, at) => (
          <Asked key={at} request={request} />
        ))}
      </ul>
      <details>
        <summary>{t.files(formatNumber(files.length))}</summary>
        <ul class="for-you-files" tabIndex={0} aria-label={t.files(formatNumber(files.length))}>
          {files.map(({ path, query, received, isAnswered }, at) => (
            <li key={at}>
              <code>{path + query || "./"}</code> <span>{outcome(received, isAnswered, t)}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/** A question to the server, as opposed to a file. */
const isQuestion = ({ path, query }) => query !== "" || path.startsWith("api/");

function Asked({ request }) {
  const t = textsOf({ en, ko }).requests;
  const { path, query, received, isAnswered } = request;
  const what = carried(request, new Set(drawn.value.keys()));
  const title = what.near && (catalogue.value.get(what.near)?.title ?? String(what.near));
  return (
    <li class={what.revealed === "nothing" ? undefined : "of-you"} data-revealed={what.revealed}>
      <code>{path + query}</code> <span>{outcome(received, isAnswered, t)}</span>
      <p>
        {t.asked[what.asked](what, title)} <b>{t.revealed[what.revealed](what)}</b>
      </p>
    </li>
  );
}

function outcome(received, isAnswered, t) {
  if (received > 0) return size(received);
  return isAnswered ? t.keptBefore : t.noAnswer;
}

const size = (bytes) =>
  bytes >= 1e6 ? `${formatNumber(bytes / 1e6, 1)} MB` : `${formatNumber(bytes / 1e3, 1)} kB`;
