/** The section's training, as the address says: its settings, and the epoch at which it stands. */
import { useEffect, useRef, useState } from "preact/hooks";
import { setting, write } from "../../state/address.js";
import { LAST, Session } from "./session.js";
import { CHOICES, DEFAULTS, SEEDS } from "./settings.js";

/**
 * @returns {{
 *   session: Session,
 *   settings: import("./trainer.js").Settings,
 *   change: (name: string, value: string | number) => void,
 *   reset: () => void,
 * }} change: begins anew with another setting
 */
export function useSession() {
  const [session] = useState(() => new Session());
  useEffect(() => () => session.close(), []);
  const settings = addressed();
  const [epoch] = setting("epoch", 0, { min: 0, max: LAST });
  const key = JSON.stringify(settings);
  /** The epoch that was written here, and not by whoever follows a link. */
  const written = useRef(null);
  useEffect(() => {
    const isSame = JSON.stringify(session.shown.peek()?.settings) === key;
    if (!isSame || epoch !== written.current) session.open(settings, Math.floor(epoch));
  }, [key, epoch]);

  const isPlaying = session.isPlaying.value;
  const reached = session.shown.value?.report.epochs;
  useEffect(() => {
    if (isPlaying || reached === undefined) return;
    written.current = reached;
    write("epoch", reached, 0);
  }, [isPlaying, reached]);

  const change = (name, value) => {
    write("epoch", null);
    write(name, value, DEFAULTS[name]);
  };
  const reset = () => {
    session.pause();
    session.open(settings);
  };
  return { session, settings, change, reset };
}

/** The settings of the address, each of them allowed. */
function addressed() {
  const among = Object.entries(CHOICES).map(([name, choices]) => [
    name,
    setting(name, DEFAULTS[name], { among: choices })[0],
  ]);
  const [seed] = setting("seed", DEFAULTS.seed, SEEDS);
  return { ...Object.fromEntries(among), seed: Math.floor(seed) };
}
