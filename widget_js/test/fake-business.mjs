// The business the stand-in server shows: enough of everything to see each step.
const service = (id, category, name, minutes, price, more = {}) => ({
  id,
  name,
  category,
  description: null,
  picture: null,
  duration_minutes: minutes,
  price,
  price_from: null,
  capacity: { min: 1, max: 1, allow_below_min: true },
  employees: [1, 2, 3],
  locations: [1, 2],
  extras: [],
  recurring: null,
  ...more,
});

const wash = { id: 7, name: "Wash", duration_minutes: 10, price: "5.00", max_quantity: 1 };
const treatment = { id: 8, name: "Deep treatment", duration_minutes: 15, price: "18.00", max_quantity: 3 };

export const business = {
  name: "Studio Berg",
  timezone: "Europe/Berlin",
  currency: "EUR",
  languages: ["en", "de"],
  services: [
    service(1, "Hair", "Haircut", 30, "45.00", {
      description: "Consultation, cut and finish for any length.",
      extras: [wash, treatment],
    }),
    service(2, "Hair", "Colour", 90, null, {
      price_from: "85.00",
      description: "Full colour or highlights, gloss included.",
    }),
    service(3, "Hair", "Beard trim", 15, "18.00", { employees: [2] }),
    service(4, "Skin", "Classic facial", 60, "72.50", {
      description: "Cleansing, peeling, mask and massage.",
      locations: [1],
    }),
    service(5, "Skin", "Brows", 20, "22.00"),
    service(6, "Classes", "Make-up class", 120, "39.00", {
      capacity: { min: 1, max: 6, allow_below_min: true },
      locations: [1],
    }),
    service(7, "Classes", "Trouble", 30, "0.00", {
      employees: [1],
      locations: [1],
      description: "The first time you choose is always lost.",
    }),
  ],
  employees: [
    { id: 1, name: "Ada Berg", picture: null, locations: [1, 2] },
    { id: 2, name: "Ben Ode", picture: null, locations: [1] },
    { id: 3, name: "Chiara Rossi", picture: null, locations: [1, 2] },
  ],
  locations: [
    {
      id: 1,
      name: "Main street",
      address: "Main street 12, Berlin",
      timezone: "Europe/Berlin",
      virtual: false,
    },
    { id: 2, name: "Riverside", address: "Quay 3, Berlin", timezone: "Europe/Berlin", virtual: false },
  ],
  custom_fields: [
    { id: 12, label: "Allergies", type: "text", required: false, options: null, services: null },
    {
      id: 13,
      label: "How did you hear of us?",
      type: "select",
      required: true,
      options: ["A friend", "The web"],
      services: [4],
    },
  ],
  policies: {
    minimum_notice_minutes: 60,
    booking_window_days: 365,
    cancel_limit_minutes: 60,
    reschedule_limit_minutes: 60,
  },
  features: { coupons: true, holds: true, challenge: false, several_services: true, consent_text: null },
};
