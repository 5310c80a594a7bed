"""Pages and files."""

from content.models.files import Attachment, Recording, Picture, PictureRendition
from content.models.pages import HomePage, OrganisationPage, PublicPage, TopicPage

__all__ = [
    "Attachment",
    "HomePage",
    "Recording",
    "OrganisationPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
    "TopicPage",
]
