/** All that comes after the service has been chosen: fetched while the visitor reads the first screen. */
import type { MonthGrid } from "./calendar/month-grid.ts";
import type { Step } from "./state.ts";
import { detailsStep } from "./steps/details.ts";
import { doneStep } from "./steps/done.ts";
import { employeeStep } from "./steps/employee.ts";
import { locationStep } from "./steps/location.ts";
import { manageStep } from "./steps/manage.ts";
import { optionsStep } from "./steps/options.ts";
import { reviewStep } from "./steps/review.ts";
import { timeStep } from "./steps/time.ts";
import type { Ui, View } from "./ui.ts";

export { sync } from "./acts.ts";
export { MonthGrid } from "./calendar/month-grid.ts";
export { giveBack } from "./holds.ts";
export { news } from "./steps/news.ts";
export { summary } from "./steps/summary.ts";
export { zoneName } from "./words.ts";

export const steps: Record<Exclude<Step, "service">, (ui: Ui, grid: MonthGrid) => View> = {
  options: optionsStep,
  employee: employeeStep,
  location: locationStep,
  time: timeStep,
  details: detailsStep,
  review: reviewStep,
  done: doneStep,
  manage: manageStep,
};
