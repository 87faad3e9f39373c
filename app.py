"""Wordbench: the entry point. Navigation, the check of who may enter, the status line, then the page."""

from components.ui import gate, navigation, notices, operation, person, repairs, resources, status, warmup

page = navigation.draw()
notices.stop_if_unusable(resources.open_all)
notices.stop_if_unusable(gate.check_mode)
operation.start()
gate.stop_unless_welcome()
person.keep()
status.draw()
repairs.say()
with notices.page():
    page.run()
warmup.start()
