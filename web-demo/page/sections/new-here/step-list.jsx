import { FilmList } from "../../ui/film-list.jsx";

/**
 * The list at a step. Films that were not in the list before the last rating are marked.
 *
 * @param {object} props
 * @param {import("./steps.js").Step[]} props.steps
 * @param {import("../../state/visitor.js").Rating[]} props.given
 * @param {number} props.at
 * @param {Record<string, any>} props.t texts
 */
export function StepList({ steps, given, at, t }) {
  const { list } = steps[at];
  const before = new Set(steps[Math.max(0, at - 1)].list.map(({ item }) => item));
  const entered = new Set(list.map(({ item }) => item).filter((item) => !before.has(item)));
  const later = new Set(given.slice(at).map(([id]) => id));
  const ahead = list.filter(({ item }) => later.has(item)).length;
  return (
    <>
      <FilmList list={list} digits={3} label={t.listTitle(at)} marked={entered} />
      <p class="hint" role="status">
        {at > 0 && t.entered(entered.size)} {ahead > 0 && t.ahead(ahead)}
      </p>
    </>
  );
}
