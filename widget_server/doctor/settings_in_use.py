"""The settings of the account as they are now, written as in the environment."""

from collections.abc import Mapping

from widget_server.account_settings import Account


def as_written(account: Account) -> dict[str, str]:
    """Return the settings that a check may advise to change."""
    found = {
        "URL": account.origin,
        "API_PATH": account.api_path,
        "TOKEN_PATH": account.token_path,
        "TOKEN_STYLE": account.token_style,
        "TOKEN_SECONDS": str(account.token_seconds),
        "PAGE_SIZE": str(account.page_size),
        "CALLS_PER_MINUTE": str(account.limits.calls_per_minute),
        "EXTENSIONS": "on" if account.extensions else "off",
        "APPOINTMENT_FILTERS": pairs(account.appointment_filters),
        "SORT_PARAMS": pairs(account.sort_params),
        "AVAILABILITY_PARAMS": pairs(account.availability_params),
        "AVAILABILITY_SHAPE": account.availability_shape,
        "TIMEZONE": account.timezone or "",
        "DATETIME_FORMATS": "|".join(account.datetime_formats),
        "DURATION_UNIT": account.duration_unit,
        "CUSTOMER_SEARCH_PARAM": account.customer_search_param or "",
    }
    return {named(name): value for name, value in found.items()}


def named(name: str) -> str:
    """Return a setting's whole name."""
    return f"BOOKABLESITES_{name}"


def pairs(names: Mapping[str, str]) -> str:
    """Write what is called what."""
    return ",".join(f"{ours}:{theirs}" for ours, theirs in names.items())
