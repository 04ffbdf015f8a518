import { useEffect, useRef } from "preact/hooks";
import { addressOf } from "../state/address.js";
import { LANGUAGES, chooseLanguage, language } from "../state/language.js";
import { THEMES, chooseTheme, theme } from "../state/theme.js";
import { CopyLink } from "./copy-link.jsx";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";

/**
 * The name, the sections, and what holds for all of them.
 *
 * @param {{ current: string }} props the section that is open
 */
export function Masthead({ current }) {
  return (
    <header class="masthead">
      <a class="wordmark" href={addressOf(SECTIONS[0].id)}>
        <img src="icon.svg" alt="" width="24" height="24" />
        pocketrec
      </a>
      <Tabs current={current} />
      <div class="tools">
        <CopyLink />
        <ThemeButton />
        <LanguageChoice />
      </div>
    </header>
  );
}

function Tabs({ current }) {
  const t = frameTexts();
  const place = useRef(null);
  useEffect(() => {
    const tab = place.current.querySelector("[aria-current]");
    const middle = tab.offsetLeft + tab.offsetWidth / 2 - place.current.offsetWidth / 2;
    place.current.scrollTo({ left: middle, behavior: "instant" });
  }, [current, t]);
  return (
    <nav aria-label={t.nav} ref={place}>
      {SECTIONS.map(({ id }) => (
        <a key={id} href={addressOf(id)} aria-current={id === current ? "page" : undefined}>
          {t.sections[id]}
        </a>
      ))}
    </nav>
  );
}

/** Each press shows the next of system, light and dark. */
function ThemeButton() {
  const t = frameTexts().theme;
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length];
  const said = t.said(t.names[theme.value], t.names[next]);
  return (
    <button
      type="button"
      class="tool"
      data-theme-now={theme.value}
      aria-label={said}
      title={said}
      onClick={() => chooseTheme(next)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {ICONS[theme.value]}
      </svg>
    </button>
  );
}

const ICONS = {
  system: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
    </>
  ),
  light: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2" />
    </>
  ),
  dark: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />,
};

function LanguageChoice() {
  const t = frameTexts();
  return (
    <div class="languages" role="group" aria-label={t.language}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          title={name}
          aria-pressed={code === language.value}
          onClick={() => chooseLanguage(code)}
        >
          {SHORT[code]}
        </button>
      ))}
    </div>
  );
}

const SHORT = { en: "EN", ko: "한" };
