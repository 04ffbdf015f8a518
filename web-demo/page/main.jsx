/** Starts the page: the catalogue and the visitor's ratings, then everything else from the state. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app/app.jsx";
import { keepForOffline } from "./app/offline.js";
import { SECTIONS } from "./app/sections.js";
import { frameTexts } from "./app/texts.js";
import { catalogue, openCatalogue } from "./models/films.js";
import { sectionName } from "./state/address.js";
import { language } from "./state/language.js";
import { watchRequests } from "./state/requests.js";
import "./state/theme.js";
import { openVisitor } from "./state/visitor.js";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";

const root = document.querySelector("#app");
effect(() => void (document.documentElement.lang = language.value));

async function start() {
  try {
    await openCatalogue();
    await openVisitor((id) => catalogue.value.get(id) !== undefined);
  } catch (error) {
    return show(<Failure error={error} />);
  }
  show(<App />);
}

/** In place of the text of index.html. */
function show(page) {
  document.querySelector("#waiting")?.remove();
  render(page, root);
}

/** Without the catalogue there is nothing to rate. */
function Failure({ error }) {
  const t = frameTexts();
  return (
    <div class="alert" role="alert">
      <strong>{t.failed}</strong> {error.message}{" "}
      <button type="button" class="button" onClick={start}>
        {t.retry}
      </button>
    </div>
  );
}

/** The section's code comes while the catalogue does. What fails, the frame reports. */
function loadSection() {
  const section = SECTIONS.find(({ id }) => id === sectionName.peek()) ?? SECTIONS[0];
  section.load().catch(() => {});
}

watchRequests();
loadSection();
start();
keepForOffline();
