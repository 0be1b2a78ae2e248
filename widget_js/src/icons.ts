/** The few signs the widget draws; all are decoration beside a text. */
import { type TemplateResult, html } from "lit/html.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4 4L19 7",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v5M15 3v5",
  globe: "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c4 3 4 15 0 18M12 3c-4 3-4 15 0 18",
  people: "M12 11a4 4 0 100-8 4 4 0 000 8zM4 21c0-9 16-9 16 0",
  pin: "M12 21s7-6 7-11a7 7 0 10-14 0c0 5 7 11 7 11zM12 8v4",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3 2",
  warning: "M12 8v5M12 16v.1M12 3a9 9 0 100 18 9 9 0 000-18z",
};

/** Arrows point the other way from right to left. */
export const icon = (name: keyof typeof PATHS): TemplateResult =>
  html`<svg class="icon ${name}" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
