import { useEffect, useRef, useState } from "preact/hooks";
import { scheme } from "../state/theme.js";

/**
 * A chart of Observable Plot, which is loaded with the first chart. It is as wide as its place.
 *
 * @param {object} props
 * @param {(Plot: typeof import("@observablehq/plot"), width: number) =>
 *   import("@observablehq/plot").PlotOptions} props.options
 * @param {string} props.label what it shows, in words: the most important figures too
 * @param {number} [props.height] pixels, kept free while it loads
 * @example
 * <Plot label={t.curveInWords} height={220} options={(Plot) => ({
 *   x: { label: t.ratings }, y: { label: "Recall@20", grid: true },
 *   marks: [Plot.lineY(points, { x: "k", y: "recall", stroke: "model" })],
 * })} />
 */
export function Plot({ options, label, height = 240 }) {
  const place = useRef(null);
  const [library, setLibrary] = useState(null);
  const [width, setWidth] = useState(0);
  useEffect(() => void import("@observablehq/plot").then((module) => setLibrary(module)), []);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setWidth(Math.round(contentRect.width)),
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!library || width === 0) return;
    const chart = library.plot({ width, height, style: STYLE, ...options(library, width) });
    chart.setAttribute("aria-hidden", "true");
    place.current.replaceChildren(chart);
  });
  return (
    <div
      class="plot"
      role="img"
      aria-label={label}
      ref={place}
      data-scheme={scheme.value} // drawn again when it changes
      style={{ minHeight: `${height}px` }}
    />
  );
}

const STYLE = { background: "none", color: "inherit", fontSize: "13px", overflow: "visible" };
