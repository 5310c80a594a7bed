"""The base of every failure that we expect."""


class LxpError(Exception):
    """The base of every expected failure: its text is meant for the reader."""


class VolunteerRoleError(LxpError):
    """A volunteer who would get a job or a role, which are of staff."""
