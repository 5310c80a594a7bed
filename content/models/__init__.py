"""Pages and files."""

from content.models.files import Attachment, Picture, PictureRendition, Recording
from content.models.instructions import InstructionPage
from content.models.pages import HomePage, OrganisationPage, PublicPage, TopicPage

__all__ = [
    "Attachment",
    "HomePage",
    "InstructionPage",
    "OrganisationPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
    "Recording",
    "TopicPage",
]
