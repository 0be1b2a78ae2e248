/** The formats of Intl, each made once: making one takes as long as drawing a service, and each is used often. */

type Kind<F, O> = new (locale: string, options: O) => F;

const formats = new Map<string, unknown>();

export function format<F, O>(kind: Kind<F, O>, locale: string, options: O): F {
  const key = kind.name + locale + JSON.stringify(options);
  const made = formats.get(key) ?? new kind(locale, options);
  formats.set(key, made);
  return made as F;
}
