import { useEffect, useState } from "preact/hooks";
import { addressOf } from "../state/address.js";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";

/**
 * The section of the address. The last one stays until the next is loaded.
 *
 * @param {{ id: string }} props
 */
export function SectionHost({ id }) {
  const t = frameTexts();
  const [shown, setShown] = useState({ id: null, Component: null, error: null });
  const [turn, setTurn] = useState(0);
  const place = SECTIONS.findIndex((section) => section.id === id);
  useEffect(() => {
    let isCurrent = true;
    SECTIONS[place].load().then(
      ({ default: Component }) => isCurrent && setShown({ id, Component, error: null }),
      (error) => isCurrent && setShown({ id, Component: null, error }),
    );
    return () => (isCurrent = false);
  }, [id, turn]);
  useEffect(() => void (document.title = `${t.sections[id]} · pocketrec`), [id, t]);

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
      {next && (
        <a class="next" href={addressOf(next.id)}>
          {t.next(t.sections[next.id])}
        </a>
      )}
    </>
  );
}
