import { useEffect, useState } from "preact/hooks";
import { areKept } from "../state/visitor.js";
import { SECTIONS } from "./sections.js";

/**
 * A section as it loads. Until then what was shown last stays: `Component`, or the `error` that
 * kept it from loading.
 *
 * @typedef {object} Section
 * @property {string | null} id of what is shown, null before the first
 * @property {import("preact").ComponentType | null} Component
 * @property {Error | null} error
 * @property {boolean} isLoading whether another section than the one that is shown was asked for
 * @property {() => void} retry
 */

/** @param {string} id of the section of the address @returns {Section} */
export function useSection(id) {
  const [shown, setShown] = useState({ id: null, Component: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const { load } = SECTIONS.find((section) => section.id === id);
    load().then(
      ({ default: Component }) => isCurrent && setShown({ id, Component, error: null }),
      (error) => {
        if (!isCurrent) return;
        setShown({ id, Component: null, error });
        if (turn > 0) reloadIfThere();
      },
    );
    return () => (isCurrent = false);
  }, [id, turn]);
  return { ...shown, isLoading: shown.id !== id, retry: () => setTurn(turn + 1) };
}

/**
 * A new build has no part of this one, and some browsers remember that a part did not arrive: then
 * only the page anew helps. Its state is in the address. Not without a server, nor where own
 * ratings would be lost.
 */
async function reloadIfThere() {
  const answer = await fetch("./", { cache: "no-cache" }).catch(() => null);
  if (answer?.ok && areKept.value) location.reload();
}
