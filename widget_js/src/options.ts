/**
 * What the site decides: attributes of the element, overridden by the page's address (`?bw-service=2`).
 * A list narrows the choices; a single value is chosen beforehand; `locked` makes it final.
 */

export interface Options {
  service: number[];
  employee: number[];
  location: number[];
  anyone: boolean;
  persons: number;
  coupon: string;
  date: string | null;
  locked: readonly string[];
  prefill: Readonly<Record<string, string>>;
  manage: string | null;
}

/** Attributes that set up the flow: a change of one begins it anew. */
export const FLOW_ATTRIBUTES = "service employee location persons coupon date locked manage server".split(
  " ",
);

type Values = Record<string, string | undefined>;

const words = (text = ""): string[] => text.split(/[\s,]+/).filter(Boolean);
const ids = (text?: string): number[] => words(text).map(Number).filter(Number.isSafeInteger);

/** What the address says in `?bw-…` or `#bw-…`: anything but what is locked, and where the server is. */
function fromAddress(address: string, locked: readonly string[]): Values {
  const values: Values = {};
  const { searchParams, hash } = new URL(address);
  for (const [name, value] of [...searchParams, ...new URLSearchParams(hash.slice(1))]) {
    const own = name.slice(3);
    if (name.startsWith("bw-") && !["server", "locked", ...locked].includes(own)) values[own] = value;
  }
  return values;
}

/** By the paths of the API: `prefill-first-name`, `prefill-note`, `prefill-field-12`. */
function prefillOf(values: Values): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value = ""] of Object.entries(values)) {
    const [, field] = /^prefill-(.+)/.exec(name) ?? [];
    if (field === undefined) continue;
    const custom = field.replace(/^field-/, "custom_fields.");
    const path = field === "note" || custom !== field ? custom : `customer.${field.replaceAll("-", "_")}`;
    fields[path] = value;
  }
  return fields;
}

/** Reads the options from attributes (by name) and the address of the page. */
export function readOptions(attributes: Values, address: string): Options {
  // the attribute alone locks all that can be
  const locked = attributes.locked === "" ? FLOW_ATTRIBUTES : words(attributes.locked);
  const values = { ...attributes, ...fromAddress(address, locked) };
  return {
    service: ids(values.service),
    employee: ids(values.employee),
    location: ids(values.location),
    anyone: values.employee === "any",
    persons: parseInt(values.persons ?? "") || 1,
    coupon: values.coupon ?? "",
    date: values.date ?? null,
    locked,
    prefill: prefillOf(values),
    manage: values.manage || null,
  };
}
