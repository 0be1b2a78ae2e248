/** The few signs the widget draws; all are decoration beside a text. */
import { type TemplateResult, html, svg } from "lit/html.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  calendar: "M5 6h14v14H5zM5 10h14M9 3.5V8M15 3.5V8",
  globe: "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  people:
    "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-8 13-8 13 0M16 4.5a3.5 3.5 0 010 6M18 14.5c2.5 1 3.5 3 3.5 5.5",
  pin: "M12 21s7-6.5 7-11.5a7 7 0 10-14 0C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  alert: "M12 8v5M12 16.5v.1M12 3a9 9 0 100 18 9 9 0 000-18z",
} as const;

export const icon = (name: keyof typeof PATHS, mirrored = false): TemplateResult =>
  html`<svg class=${mirrored ? "icon mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
    ${svg`<path d=${PATHS[name]} />`}
  </svg>`;
