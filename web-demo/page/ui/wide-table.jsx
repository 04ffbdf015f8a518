import { useEffect, useRef } from "preact/hooks";
import { stopWhereItScrolls } from "./stop-where-it-scrolls.js";

/**
 * The place of a table, which scrolls sideways where it is narrow.
 *
 * @param {{ label?: string, children: import("preact").ComponentChildren }} props label: what the
 *   table shows, where it has no caption
 */
export function WideTable({ label, children }) {
  const place = useRef(null);
  useEffect(() => stopWhereItScrolls(place.current), []);
  return (
    <div class="table" role={label && "region"} aria-label={label} ref={place}>
      {children}
    </div>
  );
}
