"""The report as text: 80 columns, whatever was found."""

from widget_server.doctor import as_json, as_text
from widget_server.doctor.findings import Report, Section, fix, not_checked, ok, warning

REPORT = Report(
    [
        Section("One", [ok("first", "seen", {"KEPT": "1"}), warning("second", "so so", "Do it.")]),
        Section(
            "Two",
            [
                fix("third with a very long name", "words " * 20, "Mend it.", {"NEW": "a,b"}),
                not_checked("fourth", "there is none"),
            ],
        ),
    ],
    {"KEPT": "1", "NEW": ""},
    7,
)


def test_the_text_is_a_table():
    lines = list(as_text(REPORT, lambda _status, text: text))

    assert max(map(len, lines)) <= 80
    assert lines == [
        "One",
        "  ok          first                 seen",
        "  warning     second                so so",
        "                                    -> Do it.",
        "",
        "Two",
        "  fix         third with a very long name",
        "                                    words words words words words words words",
        "                                    words words words words words words words",
        "                                    words words words words words words",
        "                                    -> Mend it.",
        "  not checked fourth                because there is none",
        "",
        "Settings to use:",
        "  NEW=a,b",
        "",
        "Seen to be right as they are:",
        "  KEPT=1",
        "",
        "To fix: 1. Warnings: 1. Not checked: 1. Reads of the account: 7.",
    ]


def test_an_address_is_not_broken():
    address = "https://book.example.org/webhooks/bookablesites/appointment_booked"
    found = warning("webhooks", "none", f"Enter {address} there.")

    lines = list(as_text(Report([Section("Here", [found])], {}, 0), lambda _status, text: text))

    assert f"    {address}" in lines


def test_the_document_tells_the_same():
    document = as_json(REPORT)

    assert document["status"] == "fix"
    assert document["settings"] == {"KEPT": "1", "NEW": "a,b"}
    assert document["changes"] == {"NEW": "a,b"}
    assert [one["status"] for one in document["findings"]] == [
        "ok", "warning", "fix", "not checked",
    ]  # fmt: skip
