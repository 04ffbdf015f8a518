import { useEffect, useRef } from "preact/hooks";
import { addressOf } from "../state/address.js";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";

/**
 * The section that is shown, and the link to the one after it. When another is shown the page begins
 * at its top, and the focus is on its heading.
 *
 * @param {{ section: import("./use-section.js").Section }} props
 */
export function SectionHost({ section }) {
  const t = frameTexts();
  const { id, Component, error } = section;
  const first = useRef(null);
  useEffect(() => {
    if (!Component) return;
    first.current ??= id;
    if (first.current === id) return;
    first.current = ""; // from now on every section takes the focus
    scrollTo({ top: 0, behavior: "instant" });
    document.querySelector("#section-title")?.focus({ preventScroll: true });
  }, [id, Component]);

  if (error)
    return (
      <div class="alert" role="alert">
        {t.sectionFailed}{" "}
        <button type="button" class="button" onClick={section.retry}>
          {t.retry}
        </button>
      </div>
    );
  if (!Component) return <p class="loading">…</p>;
  const next = SECTIONS[SECTIONS.findIndex((other) => other.id === id) + 1];
  return (
    <>
      <Component key={id} />
      {next && (
        <a class="next" href={addressOf(next.id)}>
          {t.next(t.sections[next.id])}
        </a>
      )}
    </>
  );
}
