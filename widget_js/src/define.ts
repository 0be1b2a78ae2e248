/** The entry of the code the loader fetches. */
import { BookingWidget } from "./booking-widget.ts";
import type { Config } from "./config.ts";

export function define(config: Config): void {
  BookingWidget.config = config;
  if (!customElements.get("booking-widget")) customElements.define("booking-widget", BookingWidget);
}

export function open(button: Element): void {
  const element = new BookingWidget();
  button.after(element);
}
