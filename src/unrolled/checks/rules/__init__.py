"""One module a subject: each looks for problems in a case and yields what it finds."""
