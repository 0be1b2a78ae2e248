"""Whether an account takes part in this suite."""

import pytest

from tests.contract.target import NAMES, account


def test_an_account_takes_part():
    if account() is None:
        pytest.skip(f"No account to compare with; {', '.join(NAMES)} name one.")
