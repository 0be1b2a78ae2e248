/** Reads the server's answers: what was asked for, or what is wrong. */
import type { Problem } from "./types.ts";

/** A refusal or failure, in the API's terms. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Partial<Problem>) {
    super(problem.code);
    this.problem = { code: "unavailable", detail: "", errors: {}, alternatives: [], ...problem };
  }
}

export async function readAnswer<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer.catch(() => {
    throw new ApiError({ code: navigator.onLine ? "network" : "offline" });
  });
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  throw new ApiError(body as Partial<Problem>);
}
