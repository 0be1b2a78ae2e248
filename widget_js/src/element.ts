/** The least a custom element needs around Lit's templates: a shadow root, its style, and one drawing per turn. */
import { type TemplateResult, render } from "lit/html.js";

export abstract class TemplateElement extends HTMLElement {
  readonly root = this.attachShadow({ mode: "open" });
  #drawing: Promise<void> | null = null;

  protected abstract template(): TemplateResult;
  protected abstract drawn(): void;

  /** Draws soon; however often it is asked for, once. */
  draw = (): Promise<void> =>
    (this.#drawing ??= Promise.resolve().then(() => {
      this.#drawing = null;
      render(this.template(), this.root);
      this.drawn();
    }));
}
