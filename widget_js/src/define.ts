/** The entry of the code the loader fetches. */
import { BookingWidget } from "./booking-widget.ts";
import type { Config } from "./config.ts";

const dialogs = new WeakMap<Element, BookingWidget>();

export function define(config: Config): void {
  BookingWidget.config = config;
  if (!customElements.get("booking-widget")) customElements.define("booking-widget", BookingWidget);
}

/** A dialog of the button's own, set up by its `data-` attributes. */
function dialogOf(button: HTMLElement): BookingWidget {
  const element = new BookingWidget();
  element.lang = BookingWidget.config.locale(button);
  BookingWidget.config.copy(button, element);
  element.setAttribute("mode", "popup");
  document.body.append(element);
  return element;
}

/** Opens the dialog a button stands for: that of the widget its attribute points to, or one of its own. */
export function open(button: HTMLElement): void {
  const { bookingWidgetOpen: selector } = button.dataset;
  const pointed = selector ? document.querySelector<BookingWidget>(selector) : null;
  const dialog = pointed ?? dialogs.get(button) ?? dialogOf(button);
  dialogs.set(button, dialog);
  void dialog.open();
}
