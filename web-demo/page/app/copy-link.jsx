import { useEffect, useRef, useState } from "preact/hooks";
import { linkToThis } from "../state/link.js";
import { isBorrowed, ratings } from "../state/visitor.js";
import { frameTexts } from "./texts.js";

/** Copies a link to what is shown. Own ratings go into it only by a press of their own. */
export function CopyLink() {
  const t = frameTexts().link;
  const [outcome, setOutcome] = useState(null);
  const copy = async (options) => {
    const link = linkToThis(options);
    const isCopied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    setOutcome({ link, isCopied: isCopied ?? false, isWhole: options?.withOwn ?? false });
  };
  return (
    <div class="copy-link">
      <button
        type="button"
        class="tool"
        id="copy-link"
        aria-label={t.copy}
        title={t.copy}
        onClick={() => copy()}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2" />
          <path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2" />
        </svg>
      </button>
      {outcome && <Outcome {...outcome} onWhole={() => copy({ withOwn: true })} end={setOutcome} />}
    </div>
  );
}

function Outcome({ link, isCopied, isWhole, onWhole, end }) {
  const t = frameTexts().link;
  const own = isBorrowed.value ? 0 : ratings.value.length;
  const place = useRef(null);
  useEffect(() => {
    const onKey = ({ key }) => key === "Escape" && end(null);
    const onPress = ({ target }) => place.current.contains(target) || end(null);
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", onPress);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", onPress);
    };
  }, []);
  return (
    <div class="note" ref={place}>
      <p role="status">{isCopied ? t.copied(own, isWhole) : t.failed}</p>
      {!isCopied && <input readOnly value={link} aria-label={t.copy} onFocus={selectAll} />}
      <p class="actions">
        {own > 0 && !isWhole && (
          <button type="button" class="link" onClick={onWhole}>
            {t.withOwn(own)}
          </button>
        )}
        <button type="button" class="link" onClick={() => end(null)}>
          {t.close}
        </button>
      </p>
    </div>
  );
}

const selectAll = (event) => event.currentTarget.select();
