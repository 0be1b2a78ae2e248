/**
 * What the site decides: attributes of the element, overridden by the page's address (`?bw-service=2`).
 * A list narrows the choices; a single value is chosen beforehand; `locked` makes it final.
 */

export interface Options {
  service: number[];
  employee: number[];
  location: number[];
  anyone: boolean;
  persons: number | null;
  coupon: string;
  date: string | null;
  locked: readonly string[];
  prefill: Readonly<Record<string, string>>;
  manage: string | null;
}

const LISTS = ["service", "employee", "location"] as const;
const ADDRESS_PREFIX = "bw-";
const PREFILL_PREFIX = "prefill-";
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Attributes that set up the flow: a change of one begins it anew. */
export const FLOW_ATTRIBUTES = [...LISTS, "persons", "coupon", "date", "locked", "manage", "server"];

const words = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter(Boolean);
const ids = (text: string | undefined): number[] => words(text).map(Number).filter(Number.isSafeInteger);

/** `locked` alone locks every choice that has been made; with names it locks those. */
const lockedNames = (text: string | undefined): string[] =>
  text === undefined ? [] : text.trim() === "" ? [...LISTS, "persons", "coupon"] : words(text);

function fromAddress(address: string, locked: readonly string[]): [string, string][] {
  const { searchParams, hash } = new URL(address);
  const given = [...searchParams, ...new URLSearchParams(hash.slice(1))];
  return given
    .filter(([name]) => name.startsWith(ADDRESS_PREFIX))
    .map(([name, value]): [string, string] => [name.slice(ADDRESS_PREFIX.length), value])
    .filter(([name]) => !locked.includes(name) && name !== "locked" && name !== "server");
}

/** `first-name` and `first_name` both name the field `customer.first_name`. */
function prefillOf(values: Readonly<Record<string, string>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!name.startsWith(PREFILL_PREFIX)) continue;
    const field = name.slice(PREFILL_PREFIX.length).replaceAll("-", "_");
    const custom = /^field_(\d+)$/.exec(field)?.[1];
    fields[custom ? `custom_fields.${custom}` : field === "note" ? "note" : `customer.${field}`] = value;
  }
  return fields;
}

/** Reads the options from attributes (by name) and the address of the page. */
export function readOptions(attributes: Readonly<Record<string, string>>, address: string): Options {
  const locked = lockedNames(attributes.locked);
  const values: Record<string, string> = {
    ...attributes,
    ...Object.fromEntries(fromAddress(address, locked)),
  };
  return {
    service: ids(values.service),
    employee: ids(values.employee),
    location: ids(values.location),
    anyone: values.employee?.trim() === "any",
    persons: Number(values.persons) || null,
    coupon: values.coupon ?? "",
    date: DATE.test(values.date ?? "") ? (values.date ?? null) : null,
    locked,
    prefill: prefillOf(values),
    manage: values.manage ?? null,
  };
}
