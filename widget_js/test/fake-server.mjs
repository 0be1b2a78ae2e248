// A stand-in for the server while working on the widget: `npm run dev`, then http://127.0.0.1:18100/.
// It keeps bookings in memory. Addresses that bring about trouble: a service named “Trouble” makes every
// first booking lose its time; /?fail=business makes the start fail; FAIL=slots in the environment, the times;
// HOLD_SECONDS is how long a time is kept.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { business } from "./fake-business.mjs";

const port = Number(process.env.PORT ?? 18100);
const dist = new URL("../dist/", import.meta.url);
const bookings = new Map();
const keys = new Map();
const taken = new Set();
const ZONE = business.timezone;

const offset = (instant, zone) => {
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(instant)
    .find(({ type }) => type === "timeZoneName").value;
  const text = name.replace("GMT", "");
  return text === "" ? "+00:00" : text;
};

function local(instant, zone) {
  const text = offset(instant, zone);
  const [hours, minutes] = text.slice(1).split(":").map(Number);
  const shift = (text[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(instant.getTime() + shift).toISOString().slice(0, 19) + text;
}

/** Open on weekdays from 9 to 18 in the business's zone, with some gaps; nothing in the current week. */
function* starts(from, to) {
  const first = Math.ceil(Date.now() / 1_800_000) * 1_800_000 + 3 * 86_400_000;
  const last = Date.parse(`${to}T00:00:00Z`) + 2 * 86_400_000;
  for (
    let time = Math.max(first, Date.parse(`${from}T00:00:00Z`) - 86_400_000);
    time < last;
    time += 1_800_000
  ) {
    const there = local(new Date(time), ZONE);
    const hour = Number(there.slice(11, 13));
    const weekday = new Date(`${there.slice(0, 10)}T00:00:00Z`).getUTCDay();
    const number = Math.floor(time / 1_800_000);
    if (weekday !== 0 && weekday !== 3 && hour >= 9 && hour < 19 && number % 7 && number % 5)
      yield new Date(time);
  }
}

function slots(query) {
  const zone = query.get("timezone") ?? ZONE;
  const services = query
    .getAll("service")
    .map((id) => business.services.find((each) => each.id === Number(id)));
  const length = services.reduce((sum, service) => sum + (service?.duration_minutes ?? 30), 0) || 30;
  const days = new Map();
  for (const start of starts(query.get("from"), query.get("to"))) {
    const text = local(start, zone);
    const date = text.slice(0, 10);
    if (taken.has(start.toISOString()) || date < query.get("from") || date > query.get("to")) continue;
    let at = start.getTime();
    const items = services.map((service) => {
      const item = { service: service.id, start: local(new Date(at), zone), employees: service.employees };
      at += service.duration_minutes * 60_000;
      return { ...item, end: local(new Date(at), zone) };
    });
    const slot = {
      start: text,
      end: local(new Date(start.getTime() + length * 60_000), zone),
      employees: services[0]?.employees ?? [1],
      locations: query.get("location") ? [Number(query.get("location"))] : (services[0]?.locations ?? [1]),
      places_left: services[0]?.capacity.max > 1 ? 4 : 1,
      ...(services.length > 1 && { items }),
    };
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  const next = days.size === 0 ? starts(query.get("to"), "2099-01-01").next().value : null;
  return {
    timezone: zone,
    from: query.get("from"),
    to: query.get("to"),
    as_of: new Date().toISOString(),
    stale: false,
    days: [...days].map(([date, list]) => ({ date, slots: list })),
    next_available: next && next.getTime() < Date.now() + 365 * 86_400_000 ? local(next, zone) : null,
  };
}

const problem = (status, code, more = {}) => ({
  status,
  body: {
    type: `/problems/${code}`,
    title: code,
    status,
    code,
    detail: "",
    errors: {},
    alternatives: [],
    ...more,
  },
});

function book(body, key, origin) {
  if (!key) return problem(400, "idempotency_key_missing");
  if (keys.has(key)) return keys.get(key);
  const [first] = body.items;
  const start = new Date(first.start).toISOString();
  const service = business.services.find(({ id }) => id === first.service);
  const day = body.items[0].start.slice(0, 10);
  if (taken.has(start) || (service.name === "Trouble" && !taken.has("trouble"))) {
    taken.add(start).add("trouble");
    const query = new URLSearchParams({
      service: first.service,
      from: day,
      to: day,
      timezone: body.timezone,
    });
    return problem(409, "slot_taken", {
      alternatives: slots(query)
        .days.flatMap(({ slots: list }) => list)
        .slice(0, 3),
    });
  }
  if (body.customer.email.endsWith(".invalid"))
    return problem(422, "invalid_input", { errors: { "customer.email": ["Not a valid e-mail address."] } });
  taken.add(start);
  const token = `t${bookings.size + 1}`;
  const minutes = service.duration_minutes;
  const booking = {
    id: `b_${token}`,
    status: "approved",
    items: body.items.map((item) => ({
      service: business.services.find(({ id }) => id === item.service),
      employee: business.employees.find(({ id }) => id === (item.employee ?? 1)),
      location: business.locations.find(({ id }) => id === (item.location ?? 1)),
      start: item.start,
      end: local(new Date(Date.parse(item.start) + minutes * 60_000), body.timezone),
      persons: item.persons,
      price: "45.00",
    })),
    total: "50.00",
    discount: "0.00",
    currency: "EUR",
    can_cancel_until: first.start,
    can_reschedule_until: first.start,
    manage_url: `${origin}/manage/${token}`,
    ics_url: `${origin}/v1/bookings/${token}.ics`,
    add_to_calendar: { google: "https://calendar.google.com/", outlook: "https://outlook.live.com/" },
  };
  bookings.set(token, booking);
  const slow = body.note === "slow";
  const answer = slow
    ? {
        status: 202,
        body: { id: booking.id, status: "processing", status_url: `${origin}/v1/bookings/${token}` },
      }
    : { status: 201, body: booking };
  keys.set(key, answer);
  return answer;
}

function change(token, verb, body) {
  const booking = bookings.get(token);
  if (!booking) return problem(404, "not_found");
  if (verb === "cancel") booking.status = "canceled";
  if (verb === "reschedule") booking.items[0].start = body.start;
  return { status: 200, body: booking };
}

function answer(method, { pathname, searchParams, origin }, body, key) {
  const [, kind, token, verb] = /^\/v1\/(\w+)\/?([\w.]+)?\/?(\w+)?$/.exec(pathname) ?? [];
  if (kind === "business") return { status: 200, body: business };
  if (kind === "slots" || verb === "slots")
    return process.env.FAIL === "slots"
      ? problem(503, "unavailable")
      : { status: 200, body: slots(searchParams) };
  if (kind === "bookings" && method === "POST")
    return token ? change(token, verb, body) : book(body, key, origin);
  if (kind === "bookings") return change(token, "", null);
  if (kind === "coupons")
    return { status: 200, body: body.code === "TEN" ? { valid: true, discount: "10.00" } : { valid: false } };
  if (kind === "holds")
    return { status: 201, body: { token: "h1", seconds_left: Number(process.env.HOLD_SECONDS ?? 300) } };
  return problem(404, "not_found");
}

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Content-Type, Accept-Language, Idempotency-Key",
  "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
};
const POLICY = (nonce) =>
  `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'self'; connect-src 'self' http://127.0.0.1:${port}; img-src 'self' data:; require-trusted-types-for 'script'`;

async function page({ searchParams }) {
  const html = await readFile(new URL("page.html", import.meta.url), "utf8");
  const attributes = searchParams.get("attributes") ?? "";
  return html
    .replaceAll("{{attributes}}", attributes)
    .replaceAll("{{lang}}", searchParams.get("lang") ?? "en")
    .replaceAll("{{scheme}}", searchParams.get("scheme") ?? "light")
    .replaceAll("{{server}}", `http://127.0.0.1:${port}`);
}

async function file(pathname) {
  const name = pathname === "/widget.js" ? "v1.js" : pathname.replace("/widget/", "");
  return readFile(new URL(name, dist), "utf8");
}

createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const send = (status, type, text, more = {}) => {
    response.writeHead(status, { "Content-Type": type, ...CORS, ...more });
    response.end(text);
  };
  try {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (request.method === "OPTIONS") send(204, "text/plain", "");
    else if (url.pathname === "/") {
      send(200, "text/html; charset=utf-8", await page(url), { "Content-Security-Policy": POLICY("dev") });
    } else if (url.pathname === "/page.css")
      send(200, "text/css", await readFile(new URL("page.css", import.meta.url)));
    else if (url.pathname.startsWith("/widget"))
      send(200, "text/javascript; charset=utf-8", await file(url.pathname));
    else {
      const result = answer(
        request.method,
        url,
        text && JSON.parse(text),
        request.headers["idempotency-key"],
      );
      send(result.status, "application/json", JSON.stringify(result.body));
    }
  } catch (error) {
    send(error.code === "ENOENT" ? 404 : 500, "text/plain", String(error));
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
