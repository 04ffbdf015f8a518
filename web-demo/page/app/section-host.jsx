import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf } from "../state/address.js";
import { areKept } from "../state/visitor.js";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";

/**
 * The section of the address. The last one stays until the next is loaded; then the page begins at
 * its top, and the focus is on its heading.
 *
 * @param {{ id: string }} props
 */
export function SectionHost({ id }) {
  const t = frameTexts();
  const [shown, setShown] = useState({ id: null, Component: null, error: null });
  const [turn, setTurn] = useState(0);
  const first = useRef(null);
  const place = SECTIONS.findIndex((section) => section.id === id);
  useEffect(() => {
    let isCurrent = true;
    SECTIONS[place].load().then(
      ({ default: Component }) => isCurrent && setShown({ id, Component, error: null }),
      (error) => {
        if (!isCurrent) return;
        setShown({ id, Component: null, error });
        if (turn > 0) reloadIfThere();
      },
    );
    return () => (isCurrent = false);
  }, [id, turn]);
  useEffect(() => void (document.title = `${t.sections[id]} · pocketrec`), [id, t]);
  useEffect(() => {
    if (!shown.Component) return;
    first.current ??= shown.id;
    if (first.current === shown.id) return;
    first.current = ""; // from now on every section takes the focus
    scrollTo({ top: 0, behavior: "instant" });
    document.querySelector("#section-title")?.focus({ preventScroll: true });
  }, [shown]);

  const { Component, error } = shown;
  const next = SECTIONS[place + 1];
  if (error)
    return (
      <div class="alert" role="alert">
        {t.sectionFailed}{" "}
        <button type="button" class="button" onClick={() => setTurn(turn + 1)}>
          {t.retry}
        </button>
      </div>
    );
  return (
    <>
      {Component ? <Component key={shown.id} /> : <p class="loading">…</p>}
      {Component && next && (
        <a class="next" href={addressOf(next.id)}>
          {t.next(t.sections[next.id])}
        </a>
      )}
    </>
  );
}

/**
 * A new build has no part of this one, and some browsers remember that a part did not arrive: then
 * only the page anew helps. Its state is in the address. Not without a server, nor where own ratings
 * would be lost.
 */
async function reloadIfThere() {
  const answer = await fetch("./", { cache: "no-cache" }).catch(() => null);
  if (answer?.ok && areKept.value) location.reload();
}
