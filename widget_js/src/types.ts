/** The shapes of the public HTTP API (v1), as the widget reads and writes them. Times are RFC 3339, dates ISO. */

export interface Extra {
  id: number;
  name: string;
  duration_minutes: number;
  price: string | null;
  max_quantity: number;
}

export interface Service {
  id: number;
  name: string;
  category: string | null;
  description: string | null;
  picture: string | null;
  duration_minutes: number;
  price: string | null;
  price_from: string | null;
  /** Of the employees who have their own, by id; older servers tell none. */
  prices?: Readonly<Record<string, string>>;
  durations?: Readonly<Record<string, number>>;
  capacity: { min: number; max: number; allow_below_min: boolean };
  employees: number[];
  locations: number[];
  extras: Extra[];
}

export interface Employee {
  id: number;
  name: string;
  picture: string | null;
  locations: number[];
}

export interface Location {
  id: number;
  name: string;
  address: string | null;
  timezone: string;
  virtual: boolean;
}

export interface CustomField {
  id: number;
  label: string;
  type: string;
  required: boolean;
  options: string[] | null;
  services: number[] | null;
}

export interface Business {
  name: string;
  timezone: string;
  currency: string;
  services: Service[];
  employees: Employee[];
  locations: Location[];
  custom_fields: CustomField[];
  policies: { booking_window_days: number };
  features: {
    coupons: boolean;
    holds: boolean;
    challenge: boolean;
    several_services: boolean;
    consent_text: string | null;
  };
}

export interface SlotItem {
  service: number;
  start: string;
  end: string;
  employees: number[];
}

export interface Slot {
  start: string;
  end: string;
  employees: number[];
  locations: number[];
  places_left: number | null;
  items?: SlotItem[];
}

export interface Slots {
  as_of: string;
  stale: boolean;
  days: { date: string; slots: Slot[] }[];
  next_available: string | null;
}

interface Named {
  id: number;
  name: string;
}

export interface BookedItem {
  service: Named;
  employee: Named | null;
  location: Named | null;
  start: string;
  end: string;
  persons: number;
  price: string | null;
}

export interface CalendarLinks {
  google: string;
  outlook: string;
}

export interface Booking {
  id: string;
  status: "approved" | "pending" | "canceled" | "rejected" | "no_show" | "done";
  items: BookedItem[];
  total: string | null;
  discount: string | null;
  currency: string;
  can_cancel_until: string | null;
  can_reschedule_until: string | null;
  manage_url: string;
  ics_url: string;
  add_to_calendar?: CalendarLinks;
}

/** The answer while the outcome of a booking is not yet known, or when it came to nothing. */
export interface Unsettled {
  id: string;
  status: "processing" | "failed";
  status_url: string;
}

export interface ItemRequest {
  service: number;
  employee: number | null;
  location: number | null;
  start: string;
  persons: number;
  extras: { id: number; quantity: number }[];
}

/** A time that the server keeps. */
export interface Held {
  token: string;
  seconds_left: number;
}

/** What is kept, by the items it is asked for with; without `ends` it is asked for, or was refused. */
export interface Hold {
  key: string;
  token?: string;
  /** On the browser's clock, in milliseconds; over when it is past. */
  ends?: number;
  /** Before this the server is not asked again. */
  again?: number;
}

export interface BookingRequest {
  items: ItemRequest[];
  customer: Record<string, string>;
  custom_fields: Record<string, string>;
  note: string;
  coupon: string | null;
  consent: boolean | null;
  timezone: string;
  locale: string;
  hold: string | null;
}

/** What went wrong, in the terms of the API's problem documents; `offline` and `network` are the browser's own. */
export interface Problem {
  status?: number;
  code: string;
  detail: string;
  errors: Record<string, string[]>;
  alternatives: Slot[];
}
