/** Reads the server's answers: what was asked for, or what is wrong. */
import type { Problem } from "./types.ts";

export type Answer<T> = T | Problem;

export const isProblem = (answer: object): answer is Problem => "code" in answer;

export const problem = (more: Partial<Problem>): Problem => ({
  code: "unavailable",
  detail: "",
  errors: {},
  alternatives: [],
  ...more,
});

export async function readAnswer<T>(asked: Promise<Response>): Promise<Answer<T>> {
  try {
    const response = await asked;
    const body = (await response.json()) as T;
    return response.ok && Object(body) === body ? body : problem(body as Partial<Problem>);
  } catch {
    return problem({ code: navigator.onLine ? "network" : "offline" });
  }
}
