import { computed, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

const running = signal(0);

/** Whether a part of the page is being computed: `aria-busy` of the section. */
export const isWorking = computed(() => running.value > 0);

/**
 * The result of asynchronous work in a component. While new work runs the last result stays, so
 * that nothing jumps; of several runs only the last counts.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T | undefined>} work
 * @param {unknown[]} inputs the work runs again when one changes
 * @returns {{ value?: T, error?: Error, isBusy: boolean }}
 * @example
 * const { value: list } = useResult(async () => {
 *   const user = await model?.user({ history });
 *   return user && model.recommend(user, { topK: 10 });
 * }, [model, JSON.stringify(history)]);
 */
export function useResult(work, inputs) {
  const [state, setState] = useState({ isBusy: true });
  useEffect(() => {
    const ending = new AbortController();
    const isCurrent = () => !ending.signal.aborted;
    setState((last) => ({ value: last.value, isBusy: true }));
    running.value = running.peek() + 1;
    work(ending.signal)
      .then(
        (value) => isCurrent() && setState({ value, isBusy: false }),
        (error) => isCurrent() && setState((last) => ({ value: last.value, error, isBusy: false })),
      )
      .finally(() => (running.value = running.peek() - 1));
    return () => ending.abort();
  }, inputs);
  return state;
}
