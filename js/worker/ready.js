/** The first message of a thread whose script came as text: it runs. comlink ignores it. */
export const READY = "pocketrec runs";
