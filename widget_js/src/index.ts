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
  const language = locale.split("-")[0] ?? "";
  return LANGUAGES.split(" ").includes(language) ? language : "en";
};

/** What pages call a language: `de_AT` is meant for `de-AT`, and what names none is English. */
const localeOf = (name: string): string => {
  try {
    return Intl.getCanonicalLocales(name.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
};

const config: Config = {
  server: (element) =>
    new URL(`${element.getAttribute("server") ?? new URL("..", base).href}/`.replace(/\/+$/, "/")).href,
  locale: (element) =>
    localeOf(
      element.getAttribute("lang") || element.closest("[lang]")?.getAttribute("lang") || navigator.language,
    ),
  texts: (locale) => import(`${base}i18n/${languageOf(locale)}-${VERSION}.js`) as ReturnType<Config["texts"]>,
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
  // the first use of Intl takes a browser long: while all is on its way it keeps nobody waiting
  setTimeout(Intl.DateTimeFormat);
  setTimeout(Intl.NumberFormat);
  const first = (await import(base + FIRST)) as Definition;
  first.define(config);
  return first;
}

function load(element: Element): Promise<Definition> {
  config.texts(config.locale(element)).catch(() => 0);
  config.business(config.server(element)).catch(() => 0);
  return (definition ??= define());
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
  for (const { name, value } of div.attributes)
    if (name.startsWith("data-") && name !== DIV) element.setAttribute(name.slice(5), value);
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

document.addEventListener("click", (event) => {
  const button = (event.composedPath()[0] as Element).closest<HTMLElement>(`[${DIV}-open]`);
  if (!button) return;
  event.preventDefault();
  void load(button).then((entry) => {
    entry.open(button);
  });
});
new MutationObserver(scan).observe(document, { childList: true, subtree: true });
scan();
