/** The worker of the models, which also tells the page of its requests. */
import "pocketrec/worker-thread";

const channel = new BroadcastChannel(self.name);

new PerformanceObserver((list) => {
  const { timeOrigin } = performance;
  channel.postMessage(
    list.getEntries().map(({ name, startTime, transferSize, responseStatus }) => {
      return { name, transferSize, responseStatus, startTime: startTime + timeOrigin };
    }),
  );
}).observe({ type: "resource", buffered: true });
