/**
 * Formulas are typeset when the page is built: `import mathml from "./gmf.tex"` gives MathML.
 *
 * In a formula, `\data{term=user}{...}` names a term that the page can light up, and
 * `\data{slot=score}{0.00}` a number that the page replaces with the visitor's own
 * (page/ui/formula.jsx).
 */
import temml from "temml";

/** @returns {import("vite").Plugin} */
export function formulas() {
  return {
    name: "formulas",
    enforce: "pre",
    transform(source, id) {
      if (!id.endsWith(".tex")) return null;
      const options = { displayMode: true, trust: true, throwOnError: true };
      const mathml = temml.renderToString(source.trim(), options);
      return { code: `export default ${JSON.stringify(mathml)};`, map: null };
    },
  };
}
