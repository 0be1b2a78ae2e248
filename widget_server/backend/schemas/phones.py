"""Which country a phone number belongs to, read from its calling code."""

# The world's larger countries; a number of another one simply has no country.
_CALLING_CODES = {
    "1": "US", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR",
    "34": "ES", "351": "PT", "352": "LU", "353": "IE", "354": "IS", "356": "MT", "357": "CY",
    "358": "FI", "359": "BG", "36": "HU", "370": "LT", "371": "LV", "372": "EE", "380": "UA",
    "381": "RS", "385": "HR", "386": "SI", "387": "BA", "389": "MK", "39": "IT", "40": "RO",
    "41": "CH", "420": "CZ", "421": "SK", "423": "LI", "43": "AT", "44": "GB", "45": "DK",
    "46": "SE", "47": "NO", "48": "PL", "49": "DE", "51": "PE", "52": "MX", "54": "AR",
    "55": "BR", "56": "CL", "57": "CO", "60": "MY", "61": "AU", "62": "ID", "63": "PH",
    "64": "NZ", "65": "SG", "66": "TH", "7": "RU", "81": "JP", "82": "KR", "84": "VN",
    "86": "CN", "90": "TR", "91": "IN", "92": "PK", "94": "LK", "971": "AE", "972": "IL",
    "966": "SA", "212": "MA", "216": "TN", "234": "NG", "254": "KE",
}  # fmt: skip


def country_of(phone: str) -> str | None:
    """Return the two-letter country of an international number (`+49 …`), None when unknown."""
    if not phone.startswith("+"):
        return None
    digits = "".join(filter(str.isdigit, phone))
    codes = (_CALLING_CODES.get(digits[:length]) for length in (3, 2, 1))
    return next(filter(None, codes), None)
