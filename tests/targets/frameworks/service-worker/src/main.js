const show = (name, lists) => (document.querySelector(name).textContent = JSON.stringify(lists));

navigator.serviceWorker.addEventListener("message", ({ data }) => show("#service", data));
await navigator.serviceWorker.register("/service.js", { type: "module" });
const { active } = await navigator.serviceWorker.ready;
active.postMessage("lists");

const shared = new SharedWorker("/shared.js", { type: "module" });
shared.port.addEventListener("message", ({ data }) => show("#shared", data));
shared.port.start();
