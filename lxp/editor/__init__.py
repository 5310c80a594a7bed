"""The editor of Wagtail, narrowed to the organisations that a person writes for."""
