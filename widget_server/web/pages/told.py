"""Sentences that pages show and that are written elsewhere, to be found in the catalogues as well.

What is told to whoever writes a client, and not to visitors, is not among them.
"""

TOLD = (
    # of a booking
    "This time has just been taken. Please choose another one.",
    "This time is not offered. Please choose one of the open times.",
    (
        "That is more than this business takes at once from one visitor. "
        "Please book less, or call the business."
    ),
    "It is too late to cancel online. Please call the business.",
    "It is too late to change the time online. Please call the business.",
    "This booking has been cancelled. Please book again.",
    "This booking has not been made, or is being changed right now.",
    ("Not all of these dates are open. Book the open ones alone, or choose another time."),
    "Please say how often.",
    (
        "This form has been sent before, with other details, and may have booked a time already. "
        "Send it once more only if you want a further booking."
    ),
    "This booking is still being worked on. Please send the form again.",
    "Please look at your details once more and send the form again.",
    # of what was typed
    "Some fields need another look.",
    "Please fill this in.",
    "Some characters cannot be used here.",
    "Please give a valid e-mail address.",
    "Please give a valid phone number.",
    "Please give a phone number.",
    "Please agree before booking.",
    "Please answer this.",
    "Please choose one of the options.",
    # of an address
    "This address is not complete.",
    "This is not offered (any more). Please start again.",
    "This link is not valid (any more).",
    # of the server
    "The booking system does not answer. Please try again in a few minutes.",
    "Something went wrong here. Please try again.",
    "Too many requests from your address. Please wait a minute.",
    "Too many tries from your address. Please wait a few minutes.",
    # of what costs nothing
    "Free",
    # titles
    "Some input is not valid",
    "There is nothing here",
    "This cannot be done here",
    "This is too large",
    "It is too late for this",
    "Too many requests",
    "Bookings are not possible right now",
    "This is not possible right now",
)
