import { html } from "/vendor/lit-html/lit-html.js";

const LIKED_FROM = 3;

/**
 * One sentence, or an empty line until the reasons are known.
 *
 * @param {import("./reasons.js").Reason[] | undefined} reasons
 * @param {import("./catalogue.js").Catalogue} catalogue
 */
export function reasonView(reasons, catalogue) {
  if (!reasons) return html`<p class="reason"></p>`;
  if (reasons.length === 0)
    return html`<p class="reason">No single rating of yours explains it.</p>`;
  const name = ({ item }) => html`<b>${shortTitle(catalogue.get(item).title)}</b>`;
  const liked = reasons.filter(({ rating }) => rating >= LIKED_FROM).map(name);
  const disliked = reasons.filter(({ rating }) => rating < LIKED_FROM).map(name);
  const parts = [
    ...(liked.length > 0 ? [html`liked ${joined(liked, "and")}`] : []),
    ...(disliked.length > 0 ? [html`did not like ${joined(disliked, "or")}`] : []),
  ];
  return html`<p class="reason">Because you ${joined(parts, "and")}</p>`;
}

function joined(parts, word) {
  return parts.map((part, place) => (place === 0 ? part : html` ${word} ${part}`));
}

/**
 * Without the other titles that a film has, which can be longer than the first: "(a.k.a. ...)",
 * "or: ...".
 */
function shortTitle(title) {
  return title.replace(/(:? or)? \(.*\)$| or: .*$/i, "");
}
