"""The interface in other languages: one gettext file for each. See "Adding a language" in CONTRIBUTING.md."""
