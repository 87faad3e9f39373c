"""The Home page: what to try, what was worked on last, and live figures."""
