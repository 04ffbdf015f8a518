import { useEffect, useRef } from "preact/hooks";
import { stopWhereItScrolls } from "./stop-where-it-scrolls.js";

/** The place of a table, which scrolls sideways where it is narrow. */
export function WideTable({ children }) {
  const place = useRef(null);
  useEffect(() => stopWhereItScrolls(place.current), []);
  return (
    <div class="table" ref={place}>
      {children}
    </div>
  );
}
