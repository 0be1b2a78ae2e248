/** The formats of Intl, each made once: making one takes as long as drawing a service, and each is used often. */

/** Waits; for no time, only to let the browser answer whoever touches the page. What comes after is a new task. */
export const pause = (milliseconds = 0): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The browser's time zone, unless it has none by name. */
export function zoneHere(): string | null {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return /^[A-Z](?!tc.Unk)/.test(timeZone) ? timeZone : null;
}

type Kind<F, O> = new (locale: string, options: O) => F;

const formats = new Map<string, unknown>();

export function format<F, O>(kind: Kind<F, O>, locale: string, options: O): F {
  const key = kind.name + locale + JSON.stringify(options);
  const made = formats.get(key) ?? new kind(locale, options);
  formats.set(key, made);
  return made as F;
}
