/** Keeps the state of one widget and tells the page what happened. */
import type { Say } from "./i18n/phrases.ts";
import { type Happening, type Start, type State, begin, reduce } from "./state.ts";
import type { Ui } from "./ui.ts";

/** What the element does for its flow. */
export type Host = Pick<Ui, "locale" | "rtl" | "server" | "focus" | "emit" | "draw">;

/** What the page is told when it has changed: the event's name and its detail. */
const NEWS: Readonly<Record<string, (state: State) => object>> = {
  "service-selected": ({ visit }) => ({ services: visit.items.map(({ service }) => service) }),
  "employee-selected": ({ visit }) => ({ employee: visit.employee }),
  "location-selected": ({ visit }) => ({ location: visit.location }),
  "date-selected": ({ day }) => ({ date: day }),
  "time-selected": ({ slot }) => ({ start: slot?.start }),
  step: ({ step }) => ({ step }),
};

export function beginFlow(start: Start, host: Host, say: Say): Ui {
  const flow: { -readonly [K in keyof Ui]: Ui[K] } = {
    ...host,
    say,
    state: begin(start),
    send: (...happening: Happening): void => {
      const before = flow.state;
      flow.state = reduce(before, ...happening);
      for (const [name, detail] of Object.entries(NEWS)) {
        const now = detail(flow.state);
        if (JSON.stringify(now) !== JSON.stringify(detail(before))) flow.emit(name, now);
      }
      flow.draw();
    },
  };
  return flow;
}
