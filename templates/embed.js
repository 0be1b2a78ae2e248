/*
 * Tells the page around the frame how high this one is, and what happens in it. That page is on the list: the
 * Content-Security-Policy lets nobody else frame this one.
 */
const EVENTS = ["ready", "step", "booked", "rescheduled", "canceled", "error"];
const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);

if (parent !== window && around) {
  const main = document.querySelector("main");
  const tell = (message) => parent.postMessage(message, around);
  const measure = () => tell({ type: "bw:height", height: Math.ceil(main.getBoundingClientRect().height) + 8 });
  new ResizeObserver(measure).observe(main);
  for (const name of EVENTS)
    document.addEventListener(`bw:${name}`, (event) => tell({ type: `bw:${name}`, detail: event.detail }));
}
