"""Models on other machines: how such a server is reached, what it offers, and what it says when it fails."""
