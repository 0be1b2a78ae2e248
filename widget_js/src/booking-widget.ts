/** The element: reads attributes, draws the flow's state, and keeps the focus where the visitor expects it. */
import { type TemplateResult, html, nothing } from "lit/html.js";
import { isProblem, problem, readAnswer } from "./answer.ts";
import type { MonthGrid } from "./calendar/month-grid.ts";
import type { Config } from "./config.ts";
import { TemplateElement } from "./element.ts";
import { zoneHere } from "./dates.ts";
import { beginFlow } from "./flow.ts";
import { Phrase } from "./i18n/keys.ts";
import { type Say, speaker } from "./i18n/phrases.ts";
import { icon } from "./icons.ts";
import { FLOW_ATTRIBUTES, readOptions } from "./options.ts";
import { pause } from "./pause.ts";
import type { Step } from "./state.ts";
import { frame } from "./steps/frame.ts";
import { bones, button, problemBox } from "./steps/parts.ts";
import { serviceStep } from "./steps/service.ts";
import base from "./styles/base.css";
import steps from "./styles/steps.css";
import type { Business, Problem } from "./types.ts";
import type { Ui, View } from "./ui.ts";

type Later = typeof import("./later.ts");

/** Adopted, never written into the page: no `style-src` can forbid it. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(base + steps);

const RTL = /^(ar|he|fa|ur)\b/;

export class BookingWidget extends TemplateElement {
  static config: Config;
  static observedAttributes = [...FLOW_ATTRIBUTES, "lang", "mode"];

  #ui: Ui | null = null;
  #say: Say | null = null;
  #failure: Problem | null = null;
  #later: Later | null = null;
  #grid: MonthGrid | null = null;
  #shown: Step | null = null;
  #starts = 0;
  #locale = "en";
  #scroll = "";

  connectedCallback(): void {
    addEventListener("pagehide", this.#giveBack);
    addEventListener("popstate", this.close);
    if (this.#starts > 0) {
      void this.draw();
      return;
    }
    this.root.adoptedStyleSheets = [sheet];
    void this.#start();
  }

  disconnectedCallback(): void {
    this.close();
    removeEventListener("pagehide", this.#giveBack);
    removeEventListener("popstate", this.close);
    // who is only moved within the page keeps the time
    queueMicrotask(() => {
      if (!this.isConnected) this.#giveBack();
    });
  }

  attributeChangedCallback(name: string): void {
    if (this.#starts === 0) return;
    if (name === "mode") {
      this.close();
      void this.draw();
    } else void this.#start();
  }

  async #start(again = false): Promise<void> {
    const turn = ++this.#starts;
    this.#locale = BookingWidget.config.locale(this);
    this.#failure = null;
    void this.draw();
    if (!this.#later) void this.#loadLater().catch(() => this.#fail());
    await this.#fetch(turn, again).catch(() => {
      if (turn === this.#starts) this.#fail();
    });
    await pause();
    void this.draw();
  }

  /** Language and business are fetched side by side; a start that was overtaken is dropped. */
  async #fetch(turn: number, again: boolean): Promise<void> {
    const { config } = BookingWidget;
    const server = config.server(this);
    const asked = readAnswer<Business>(config.business(server, again));
    const texts = await config.texts(this.#locale);
    const business = await asked;
    if (turn !== this.#starts) return;
    this.#say = speaker(texts.default, this.#locale);
    if (isProblem(business)) this.#fail(business);
    else this.#begin(business, server, this.#say);
  }

  /** Whatever has not come, or is not as it should be: it is said, with a way on. */
  #fail(failure = problem({})): void {
    this.#failure = failure;
    this.#emit("error", { code: failure.code });
    void this.draw();
  }

  #begin(business: Business, server: string, say: Say): void {
    const attributes = Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]));
    const options = readOptions(attributes, location.href);
    const zone = zoneHere() ?? business.timezone;
    const { draw } = this;
    const host = { draw, server, locale: this.#locale, rtl: this.#rtl, focus: this.#focus, emit: this.#emit };
    this.#shown = null;
    this.#giveBack();
    this.#ui = beginFlow({ business, options, now: new Date(), zone }, host, say);
    this.#emit("ready", { step: this.#ui.state.step });
  }

  #emit = (name: string, detail: object = {}, cancelable = false): boolean =>
    this.dispatchEvent(new CustomEvent(`bw:${name}`, { detail, cancelable, bubbles: true, composed: true }));

  async #loadLater(): Promise<void> {
    this.#later = await BookingWidget.config.later();
    void this.draw();
    await pause();
    // the first name of a zone takes long, and drawing a month too
    this.#later.zoneName(zoneHere() ?? "UTC", this.#locale);
    await pause();
    this.#grid ??= new this.#later.MonthGrid();
    void this.draw();
  }

  #giveBack = (): void => {
    if (this.#ui) this.#later?.giveBack(this.#ui);
  };

  #focus = (selector: string): void => {
    void this.draw().then(() => {
      this.root.querySelector<HTMLElement>(selector)?.focus({ preventScroll: selector === "#title" });
    });
  };

  /** The step in view; null while what it is drawn by is on its way. */
  #step(ui: Ui): View | null {
    const { step } = ui.state;
    if (step === "service") return serviceStep(ui);
    return this.#later && (this.#grid ? this.#later.steps[step](ui, this.#grid) : bones(4));
  }

  #content(): TemplateResult {
    const [say, ui] = [this.#say, this.#ui];
    if (this.#failure)
      return html`<div class="card">
        <div class="main">
          ${say ? problemBox({ say }, this.#failure, () => this.#start(true)) : nothing}<slot></slot>
        </div>
      </div>`;
    const step = ui && this.#step(ui);
    // all at once: a frame around what is not there yet would move when that comes
    if (!step) return html`<div class="card" aria-busy="true"><div class="main">${bones(4)}</div></div>`;
    return frame(ui, step, this.#later?.summary(ui) ?? null, this.#later?.news(ui) ?? "");
  }

  get #rtl(): boolean {
    return RTL.test(this.#locale);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.root.querySelector("dialog");
  }

  /** Opens the dialog, in the modes that have one; the page behind stands still. */
  open = async (): Promise<void> => {
    await this.draw();
    const dialog = this.#dialog;
    if (!dialog || dialog.open) return;
    const { style } = document.documentElement;
    this.#scroll = style.overflow;
    style.overflow = "hidden";
    dialog.showModal();
    this.#focus("#title");
    this.#emit("open");
  };

  close = (): void => {
    this.#dialog?.close();
  };

  #closed = (): void => {
    document.documentElement.style.overflow = this.#scroll;
    this.#emit("close");
  };

  #inDialog(content: TemplateResult, mode: string): TemplateResult {
    const book = this.#say?.(Phrase.book);
    return html`${mode === "floating" && book ? button("trigger", [icon("calendar"), book], this.open) : nothing}
      <dialog
        part="dialog"
        aria-label=${book ?? nothing}
        @close=${this.#closed}
        @mousedown=${({ target, currentTarget, detail }: MouseEvent) => {
          // pressed beside it, but not by the second half of the double click that has opened it
          if (target === currentTarget && detail < 2) this.close();
        }}
      >
        <div class="bar">
          <b>${book}</b>
          ${button("round close", icon("close"), this.close, { name: this.#say?.(Phrase.close) })}
        </div>
        ${content}
      </dialog>`;
  }

  protected override template(): TemplateResult {
    const mode = this.getAttribute("mode") ?? "";
    const content = html`<div class="box">${this.#content()}</div>`;
    return html`<div
      class="root"
      part="root"
      data-step=${this.#ui?.state.step ?? nothing}
      lang=${this.#locale}
      dir=${this.#rtl ? "rtl" : "ltr"}
    >
      ${mode === "popup" || mode === "floating" ? this.#inDialog(content, mode) : content}
    </div>`;
  }

  /** A new step begins at its heading; the first one on a page leaves the page's focus alone. */
  protected override drawn(): void {
    const ui = this.#ui;
    if (!ui) return;
    const { step } = ui.state;
    if (step !== this.#shown && (this.#shown !== null || this.#dialog?.open)) {
      this.#focus("#title");
      this.root.querySelector(".main")?.scrollIntoView({ block: "nearest" });
    }
    this.#shown = step;
    this.#grid?.afterRender(this.root);
    // to ask takes a slow phone as long as to draw
    void pause().then(() => {
      if (this.isConnected && ui === this.#ui) this.#later?.sync(ui);
    });
  }
}
