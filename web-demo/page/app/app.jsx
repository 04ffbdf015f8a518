import { useEffect } from "preact/hooks";
import { announcement } from "../state/announce.js";
import { sectionName } from "../state/address.js";
import { isWorking } from "../state/use-result.js";
import { FlowStrip } from "./flow-strip.jsx";
import { Masthead } from "./masthead.jsx";
import { SectionHost } from "./section-host.jsx";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";
import { useSection } from "./use-section.js";
import { YouPanel } from "./you-panel.jsx";

/** The frame of the page: what is there whatever section is open. */
export function App() {
  const t = frameTexts();
  const known = SECTIONS.some(({ id }) => id === sectionName.value);
  const current = known ? sectionName.value : SECTIONS[0].id;
  const section = useSection(current);
  useEffect(() => void (document.title = `${t.sections[current]} · pocketrec`), [current, t]);
  return (
    <>
      <a class="skip" href="#section" onClick={skip}>
        {t.skip}
      </a>
      <Masthead current={current} />
      <section class="overview" aria-label={t.flow.empty}>
        <FlowStrip />
      </section>
      <div class="desk">
        <YouPanel />
        <main id="section" tabIndex={-1} aria-busy={section.isLoading || isWorking}>
          {!known && sectionName.value !== "" && <p class="hint">{t.unknown}</p>}
          <SectionHost section={section} />
        </main>
      </div>
      <footer class="colophon">
        <p>
          {t.foot.data} <a href="models/NOTICE.md">{t.foot.notice}</a>
        </p>
      </footer>
      <p class="unseen" role="status" id="announcement">
        {announcement.value}
      </p>
    </>
  );
}

/** The fragment holds the state, so a link to an element would lose it. */
function skip(event) {
  event.preventDefault();
  document.querySelector("#section").focus();
}
