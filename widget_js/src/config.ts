/** What the loader and the code it fetches know of each other. */

export interface Config {
  /** The address of the server, with a slash at its end. */
  server(element: Element): string;
  /** The language tag that holds where the element stands. */
  locale(element: Element): string;
  /** The texts of the closest language there is. */
  texts(locale: string): Promise<{ default: readonly string[] }>;
  /** The code for all that comes after the service has been chosen. */
  later(): Promise<typeof import("./later.ts")>;
  /** Sets the `data-` attributes of a plain element on a widget: none by which a page could be scripted or covered. */
  copy(from: Element, to: Element): void;
  /** The answer of `/v1/business`, asked for once a page. */
  business(server: string, again?: boolean): Promise<Response>;
}

export interface Definition {
  define(config: Config): void;
  /** Opens the dialog that belongs to a button of the page. */
  open(button: HTMLElement): void;
}
