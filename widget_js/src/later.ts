/** The steps after the time has been chosen: fetched while the visitor looks at the calendar. */
import styles from "./styles/later.css";
import { detailsStep } from "./steps/details.ts";
import { doneStep } from "./steps/done.ts";
import { manageStep } from "./steps/manage.ts";
import { reviewStep } from "./steps/review.ts";

export const steps = { details: detailsStep, review: reviewStep, done: doneStep, manage: manageStep };
export { styles };
