/** The formats of Intl, each made once: making one takes as long as drawing a service, and each is used often. */

/** Lets the browser answer whoever touches the page: what comes after is a task of its own. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

type Kind<F, O> = new (locale: string, options: O) => F;

const formats = new Map<string, unknown>();

export function format<F, O>(kind: Kind<F, O>, locale: string, options: O): F {
  const key = kind.name + locale + JSON.stringify(options);
  const made = formats.get(key) ?? new kind(locale, options);
  formats.set(key, made);
  return made as F;
}
