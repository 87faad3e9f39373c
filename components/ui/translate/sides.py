"""The Translate page's two tabs: a text as it is typed, and a document. Knows neither of them."""

from components.messages import N_
from components.ui.tabs import Tabs

SIDES = Tabs("translate_tab", {"text": N_("Text"), "document": N_("Document")})
