import { catalogue } from "../../models/films.js";
import { textsOf } from "../../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

const LIKED_FROM = 3;

/**
 * Why a film is in the list, in one sentence.
 *
 * @param {{ reasons: import("../../ranking/reasons.js").Reason[] | undefined }} props undefined:
 *   not known yet
 */
export function Reason({ reasons }) {
  const t = textsOf({ en, ko }).reason;
  if (!reasons) return <span class="for-you-reason" />;
  const titles = (isWanted) => reasons.filter(isWanted).map(({ item }) => shortTitle(item));
  const liked = titles(({ rating }) => rating >= LIKED_FROM);
  const disliked = titles(({ rating }) => rating < LIKED_FROM);
  return (
    <span class="for-you-reason">{reasons.length > 0 ? t.because(liked, disliked) : t.none}</span>
  );
}

/**
 * Without the other titles that a film has, which can be longer than the first: "(a.k.a. ...)",
 * "or: ...".
 */
function shortTitle(id) {
  return catalogue.value.get(id).title.replace(/(:? or)? \(.*\)$| or: .*$/i, "");
}
