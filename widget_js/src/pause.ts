/** Waits; for no time, only to let the browser answer whoever touches the page. What comes after is a new task. */
export const pause = (milliseconds = 0): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
