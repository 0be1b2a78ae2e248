"""The widget's files, as browsers fetch them."""
