/**
 * The loader: the only file whose name stays. It finds the widgets of a page, and when one comes near the
 * window (or a button asks for it) fetches code, language and business side by side.
 */
import type { Config, Definition } from "./config.ts";

declare const FIRST: string;
declare const LATER: string;
declare const LANGUAGES: string;
declare const VERSION: string;

const TAG = "booking-widget";
const DIV = "data-booking-widget";
const script = new URL(import.meta.url);
const base = new URL(script.pathname.endsWith("/widget.js") ? "widget/" : "./", script).href;
const businesses = new Map<string, Promise<Response>>();

const languageOf = (locale: string): string => {
  const language = locale.replace(/-.*/, "");
  return LANGUAGES.includes(language) ? language : "en";
};

/** What pages call a language: `de_AT` is meant for `de-AT`, and what names none is English. */
const localeOf = (name: string): string => {
  try {
    return new Intl.Locale(name.replaceAll("_", "-")).toString();
  } catch {
    return "en";
  }
};

const config: Config = {
  server: (element) => (element.getAttribute("server") ?? new URL("..", base).href).replace(/\/*$/, "/"),
  locale: (element) => localeOf(element.closest<HTMLElement>("[lang]")?.lang || navigator.language),
  texts: (locale) => import(`${base}i18n/${languageOf(locale)}-${VERSION}.js`) as ReturnType<Config["texts"]>,
  copy: (from, to) => {
    for (const { name, value } of from.attributes)
      if (/^data-(?!on|style|booking)/.test(name)) to.setAttribute(name.slice(5), value);
  },
  later: () => import(base + LATER) as ReturnType<Config["later"]>,
  business: (server, again) => {
    const known = again ? undefined : businesses.get(server);
    const answer = known ?? fetch(`${server}v1/business`, { credentials: "omit" });
    businesses.set(server, answer);
    return answer.then((response) => response.clone());
  },
};

let definition: Promise<Definition> | undefined;

async function define(): Promise<Definition> {
  void config.later();
  // the first use of Intl takes a browser long: while all is on its way, and in halves, it keeps nobody waiting
  setTimeout(Intl.Collator);
  setTimeout(Intl.DateTimeFormat);
  const first = (await import(base + FIRST)) as Definition;
  first.define(config);
  return first;
}

function load(element: Element): Promise<Definition> {
  config.texts(config.locale(element)).catch(() => 0);
  config.business(config.server(element)).catch(() => 0);
  return (definition ??= define().catch((error: unknown) => {
    definition = undefined;
    throw error;
  }));
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        near.unobserve(target);
        void load(target);
      }
    }
  },
  { rootMargin: "400px" },
);

/** A plain `div` gets the element as its child, with the `data-` attributes as its own. */
function fill(div: HTMLElement): void {
  const element = document.createElement(TAG);
  config.copy(div, element);
  element.append(...div.childNodes);
  div.append(element);
  div.removeAttribute(DIV);
}

function scan(): void {
  document.querySelectorAll<HTMLElement>(`[${DIV}]`).forEach(fill);
  document.querySelectorAll(`${TAG}:not(:defined)`).forEach((element) => {
    near.observe(element);
  });
}

addEventListener("click", (event) => {
  const button = (event.composedPath()[0] as Element).closest<HTMLAnchorElement>(`[${DIV}-open]`);
  // a link that is to open elsewhere is left to the browser
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(button).then(
    (entry) => {
      entry.open(button);
    },
    () => {
      if (button.href) location.assign(button.href);
    },
  );
});
new MutationObserver(scan).observe(document, { childList: true, subtree: true });
scan();
