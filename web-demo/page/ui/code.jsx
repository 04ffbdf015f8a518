import { useState } from "preact/hooks";
import { textsOf } from "../state/language.js";

const TEXTS = {
  en: { title: "With the package", copy: "Copy", copied: "Copied" },
  ko: { title: "패키지로 하면", copy: "복사", copied: "복사했어요" },
};

/**
 * The lines of code that do it, to copy. A test runs them: tests/lib/snippets.js.
 *
 * @param {object} props
 * @param {string} props.source of `import source from "./snippet.js?raw"`
 */
export function Code({ source }) {
  const t = textsOf(TEXTS);
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(source).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <figure class="code">
      <figcaption>
        {t.title}
        <button type="button" class="link" onClick={copy}>
          <span aria-live="polite">{isCopied ? t.copied : t.copy}</span>
        </button>
      </figcaption>
      <pre tabIndex={0}>
        <code>{source.trim()}</code>
      </pre>
    </figure>
  );
}
