"""Wordbench: the entry point. Navigation, status line, then the page itself."""

from components.ui import navigation, notices, resources, status, warmup

page = navigation.draw()
notices.stop_if_unusable(resources.open_all)
status.draw()
page.run()
warmup.start()
