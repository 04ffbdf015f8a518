import { useEffect, useRef, useState } from "preact/hooks";
import { textsOf } from "../state/language.js";

const TEXTS = { en: { cancel: "Cancel" }, ko: { cancel: "취소" } };

/**
 * A button for what cannot be undone: it asks first.
 *
 * @param {object} props
 * @param {string} props.label of the button
 * @param {string} props.question undefined: nothing is lost, so nothing is asked
 * @param {string} props.yes label of the button that does it
 * @param {() => void} props.onYes
 * @param {string} [props.id]
 * @param {string} [props.look] class of the first button
 */
export function Ask({ label, question, yes, onYes, id, look = "link" }) {
  const t = textsOf(TEXTS);
  const [isAsking, ask] = useState(false);
  const button = useRef(null);
  useEffect(() => void (isAsking && button.current.focus()), [isAsking]);
  const done = () => {
    ask(false);
    onYes();
  };
  if (!isAsking)
    return (
      <button type="button" class={look} id={id} onClick={() => (question ? ask(true) : done())}>
        {label}
      </button>
    );
  return (
    <span class="ask" role="group" aria-label={question}>
      {question}{" "}
      <button type="button" class="link yes" ref={button} onClick={done}>
        {yes}
      </button>{" "}
      <button type="button" class="link" onClick={() => ask(false)}>
        {t.cancel}
      </button>
    </span>
  );
}
