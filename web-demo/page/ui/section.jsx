import { textsOf } from "../state/language.js";
import { Code } from "./code.jsx";

const TEXTS = { en: { papers: "Papers" }, ko: { papers: "논문" } };

/**
 * The frame of a section: title, three plain sentences, the tool, then prose, formula, code, papers.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {import("preact").ComponentChildren} props.lead three sentences
 * @param {import("preact").ComponentChildren} props.children the tool
 * @param {import("preact").ComponentChildren} [props.below] formulas, prose and questions
 * @param {string} [props.code] of `import source from "./snippet.js?raw"`
 * @param {{ text: string, href: string }[]} [props.papers]
 */
export function Section({ title, lead, children, below, code, papers = [] }) {
  const t = textsOf(TEXTS);
  return (
    <>
      <header class="section-head">
        <h1 id="section-title" tabIndex={-1}>
          {title}
        </h1>
        <p class="lead">{lead}</p>
      </header>
      {children}
      <div class="below">
        {below && <div class="below-told">{below}</div>}
        <div class="below-source">
          {code && <Code source={code} />}
          {papers.length > 0 && (
            <div class="papers">
              <h3>{t.papers}</h3>
              <ul>
                {papers.map(({ text, href }) => (
                  <li key={href}>
                    <a href={href} rel="noreferrer">
                      {text}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
      </div>
    </>
  );
}
