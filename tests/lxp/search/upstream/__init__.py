"""The backend test-suite of Wagtail's search interface, run on our engines."""
