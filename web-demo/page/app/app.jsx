import { addressOf, sectionName } from "../state/address.js";
import { LANGUAGES, chooseLanguage, language } from "../state/language.js";
import { isWorking } from "../state/use-result.js";
import { FlowStrip } from "./flow-strip.jsx";
import { SectionHost } from "./section-host.jsx";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";
import { YouPanel } from "./you-panel.jsx";

/** The frame of the page: what is there whatever section is open. */
export function App() {
  const t = frameTexts();
  const known = SECTIONS.some(({ id }) => id === sectionName.value);
  const current = known ? sectionName.value : SECTIONS[0].id;
  return (
    <>
      <a class="skip" href="#section" onClick={skip}>
        {t.skip}
      </a>
      <header class="masthead">
        <a class="wordmark" href={addressOf(SECTIONS[0].id)}>
          <img src="icon.svg" alt="" width="24" height="24" />
          pocketrec
        </a>
        <nav aria-label={t.nav}>
          {SECTIONS.map(({ id }) => (
            <a key={id} href={addressOf(id)} aria-current={id === current ? "page" : undefined}>
              {t.sections[id]}
            </a>
          ))}
        </nav>
        <LanguageChoice />
      </header>
      <div class="overview">
        <FlowStrip />
      </div>
      <div class="desk">
        <YouPanel />
        <main id="section" tabIndex={-1} aria-busy={isWorking}>
          <SectionHost id={current} />
        </main>
      </div>
      <footer class="colophon">
        <p>
          {t.foot.data} <a href="models/NOTICE.md">{t.foot.notice}</a>
        </p>
      </footer>
    </>
  );
}

/** The fragment holds the state, so a link to an element would lose it. */
function skip(event) {
  event.preventDefault();
  document.querySelector("#section").focus();
}

function LanguageChoice() {
  const t = frameTexts();
  return (
    <div class="languages" role="group" aria-label={t.language}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={code === language.value}
          onClick={() => chooseLanguage(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
