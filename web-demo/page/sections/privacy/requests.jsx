import { useState } from "preact/hooks";
import { requests } from "../../state/requests.js";

/**
 * The page's own requests since this section opened: none comes from a draw.
 *
 * @param {object} props
 * @param {Record<string, any>} props.t texts
 */
export function Requests({ t }) {
  const [opened] = useState(() => Date.now());
  const since = requests.value.filter(({ at }) => at >= opened);
  const asked = since.filter(({ query }) => query !== "");
  return (
    <details class="privacy-requests" data-requests={since.length} data-queries={asked.length}>
      <summary>{t.requests(since.length, asked.length)}</summary>
      <ul>
        {since.map(({ path, query, at }) => (
          <li key={`${at} ${path}`}>
            <code>{path + query}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
