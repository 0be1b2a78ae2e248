/** The element: reads attributes, draws the flow's state, and keeps the focus where the visitor expects it. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { Api, ApiError, readAnswer } from "./api.ts";
import { MonthGrid } from "./calendar/month-grid.ts";
import type { Config } from "./config.ts";
import { TemplateElement } from "./element.ts";
import { Flow } from "./flow.ts";
import { type Say, speaker } from "./i18n/phrases.ts";
import { FLOW_ATTRIBUTES, readOptions } from "./options.ts";
import type { Step } from "./state.ts";
import { alertBox } from "./steps/alert.ts";
import { employeeStep } from "./steps/employee.ts";
import { frame } from "./steps/frame.ts";
import { locationStep } from "./steps/location.ts";
import { optionsStep } from "./steps/options.ts";
import { serviceStep } from "./steps/service.ts";
import { timeStep } from "./steps/time.ts";
import styles from "./styles/widget.css";
import type { Business, Problem } from "./types.ts";
import type { Ui, View } from "./ui.ts";

type Later = typeof import("./later.ts");

const RTL = ["ar", "he", "fa", "ur"];
const LATER = ["details", "review", "done", "manage"];

const skeleton = html`<div class="card" aria-busy="true">
  <div class="main bones">
    <span class="bone title"></span><span class="bone"></span><span class="bone"></span
    ><span class="bone"></span>
  </div>
</div>`;

export class BookingWidget extends TemplateElement {
  static config: Config;
  static observedAttributes = [...FLOW_ATTRIBUTES, "lang"];

  #flow: Flow | null = null;
  #say: Say | null = null;
  #locale = "en";
  #problem: Problem | null = null;
  #later: Later | null = null;
  #grid = new MonthGrid();
  #shown: Step | null = null;
  #starts = 0;

  connectedCallback(): void {
    if (this.#starts > 0) return;
    this.adopt(styles);
    void this.#start();
  }

  attributeChangedCallback(): void {
    if (this.#starts > 0) void this.#start();
  }

  /** Language and business are fetched side by side; a start that was overtaken is dropped. */
  async #start(again = false): Promise<void> {
    const { config } = BookingWidget;
    const turn = ++this.#starts;
    this.#locale = config.locale(this);
    this.#problem = null;
    void this.draw();
    const server = config.server(this);
    const business = readAnswer<Business>(config.business(server, again)).catch(
      (error: unknown) => error as ApiError,
    );
    const { default: texts } = await config.texts(this.#locale);
    const answer = await business;
    if (turn !== this.#starts) return;
    this.#say = speaker(texts, this.#locale);
    if (answer instanceof ApiError) {
      this.#problem = answer.problem;
      this.emit("error", { code: answer.problem.code });
    } else this.#begin(answer, new Api(server, this.#locale), this.#say);
    void this.draw();
  }

  #begin(business: Business, api: Api, say: Say): void {
    const attributes = Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]));
    const options = readOptions(attributes, location.href);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || business.timezone;
    const start = { business, options, now: new Date(), zone };
    const host = { changed: () => void this.draw(), focus: this.#focusField, emit: this.emit };
    this.#shown = null;
    this.#flow = new Flow(start, api, host, say, this.#locale);
    this.emit("ready", { step: this.#flow.state.step });
  }

  emit = (name: string, detail: object = {}, cancelable = false): boolean =>
    this.dispatchEvent(new CustomEvent(`bw:${name}`, { detail, cancelable, bubbles: true, composed: true }));

  /** The steps after the calendar are fetched once the calendar stands. */
  async #loadLater(): Promise<void> {
    const later = await import("./later.ts");
    if (this.#later) return;
    this.#later = later;
    this.adopt(later.styles);
    void this.draw();
  }

  #focusField = (path: string): void => {
    void this.draw().then(() => {
      this.root.querySelector<HTMLElement>(`#f-${path.replaceAll(".", "-")}`)?.focus();
    });
  };

  #step(ui: Ui): View {
    const { step } = ui.state;
    if (LATER.includes(step)) return this.#later?.steps[step as keyof Later["steps"]](ui) ?? skeleton;
    const steps = {
      service: serviceStep,
      options: optionsStep,
      employee: employeeStep,
      location: locationStep,
    };
    return step === "time" ? timeStep(ui, this.#grid) : steps[step as keyof typeof steps](ui);
  }

  #content(): View {
    const [say, flow] = [this.#say, this.#flow];
    if (say && this.#problem)
      return html`<div class="card">
        <div class="main">
          ${alertBox({ say }, this.#problem, () => void this.#start(true))}
          <slot></slot>
        </div>
      </div>`;
    if (!say || !flow) return skeleton;
    const { state, send } = flow;
    const ui: Ui = { state, send, say, locale: this.#locale, rtl: this.#rtl, act: flow };
    return frame(ui, this.#step(ui));
  }

  get #rtl(): boolean {
    return RTL.includes(this.#locale.split("-")[0] ?? "");
  }

  protected override template(): TemplateResult {
    return html`<div
      class="root"
      part="root"
      data-step=${this.#flow?.state.step ?? nothing}
      lang=${this.#locale}
      dir=${this.#rtl ? "rtl" : "ltr"}
    >
      ${this.#content()}
    </div>`;
  }

  /** A new step begins at its heading; the first one leaves the page's focus alone. */
  protected override drawn(): void {
    const step = this.#flow?.state.step ?? null;
    if (step !== this.#shown && this.#shown !== null) {
      const title = this.root.querySelector<HTMLElement>("#title");
      title?.focus({ preventScroll: true });
      title?.parentElement?.scrollIntoView({ block: "nearest" });
    }
    this.#shown = step;
    this.#grid.afterRender(this.root);
    if (step !== null && ["time", ...LATER].includes(step)) void this.#loadLater();
  }
}
