/** A link to what the page shows. */
import { currentFragment } from "./address.js";
import { language } from "./language.js";
import { RATINGS, isBorrowed, ratings, written } from "./visitor.js";

/**
 * The address of what is shown, in the current language. Borrowed ratings are in it anyway, own
 * ones only where the visitor asks for it.
 *
 * @param {{ withOwn?: boolean }} [options]
 */
export function linkToThis({ withOwn = false } = {}) {
  const address = new URL(location.href);
  const [path, query] = currentFragment().split("?");
  const params = new URLSearchParams(query);
  params.set("lang", language.value);
  if (withOwn && !isBorrowed.value) params.set(RATINGS, written(ratings.value));
  address.hash = `${path || "#/"}?${String(params).replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
  return address.href;
}
