/** Open times as the visitor reads them: grouped by the part of the day on the wall clock of a zone. */
import { hourIn } from "./dates.ts";
import type { Slot } from "./types.ts";

export type Part = "morning" | "afternoon" | "evening";

export interface Group {
  part: Part;
  slots: Slot[];
}

const partAt = (hour: number): Part => (hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening");

/** The parts of the day that have slots, in order. */
export function groupByPart(slots: readonly Slot[], zone: string): Group[] {
  const groups: Group[] = [];
  for (const slot of slots) {
    const part = partAt(hourIn(new Date(slot.start), zone));
    const group = groups.find((candidate) => candidate.part === part);
    if (group) group.slots.push(slot);
    else groups.push({ part, slots: [slot] });
  }
  return groups;
}
