import { useEffect, useRef } from "preact/hooks";
import { stopWhereItScrolls } from "./stop-where-it-scrolls.js";

/**
 * A formula of a .tex file, with the visitor's numbers in its slots.
 *
 * @param {object} props
 * @param {string} props.mathml of `import formula from "./name.tex"`
 * @param {string} props.label the formula in words, for screen readers
 * @param {Record<string, string>} [props.slots] texts for `\data{slot=name}{0.00}`
 * @param {string | null} [props.lit] the term that is lit: `\data{term=name}{...}`
 * @param {(term: string | null) => void} [props.onTerm] a term is pointed at, or none
 * @example
 * <Formula mathml={gmf} label={t.gmfInWords} slots={{ score: "0.72" }} lit={lit} onTerm={setLit} />
 */
export function Formula({ mathml, label, slots = {}, lit = null, onTerm }) {
  const root = useRef(null);
  useEffect(() => {
    for (const [name, text] of Object.entries(slots))
      for (const slot of root.current.querySelectorAll(`[data-slot="${name}"]`))
        if (slot.textContent !== text) slot.textContent = text;
  });
  useEffect(() => {
    for (const term of root.current.querySelectorAll("[data-term]"))
      term.classList.toggle("lit", term.dataset.term === lit);
  }, [lit, mathml]);
  useEffect(() => stopWhereItScrolls(root.current), []);
  const point = (event) => onTerm?.(event.target.closest?.("[data-term]")?.dataset.term ?? null);
  return (
    <div
      class="formula"
      role="math"
      aria-label={label}
      ref={root}
      onPointerOver={onTerm && point}
      onPointerLeave={onTerm && (() => onTerm(null))}
      dangerouslySetInnerHTML={{ __html: mathml }}
    />
  );
}
