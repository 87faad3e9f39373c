"""Wordbench: the entry point. Navigation, status line, then the page itself."""

from components.ui import navigation, status, warmup

page = navigation.draw()
status.draw()
page.run()
warmup.start()
