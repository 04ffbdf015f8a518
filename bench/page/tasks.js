/**
 * The longest task of a page's main thread during some work, in ms of the thread's CPU time.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {() => Promise<void>} work
 */
export async function longestTasks(page, work) {
  await page.tracing.start({
    categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"],
  });
  await work();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  // Only of this page's process: the browser has others, and a spare one.
  const { frames } = traceEvents.find(({ name }) => name === "TracingStartedInBrowser").args.data;
  const own = frames.find(({ url }) => url === page.url().replace(/#.*/, "") || url === page.url());
  const main = traceEvents.find(
    ({ name, pid, args }) =>
      name === "thread_name" && pid === own.processId && args.name === "CrRendererMain",
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name === "ThreadControllerImpl::RunTask" && pid === main.pid && tid === main.tid,
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
