"""Pages and files."""

from content.models.files import Attachment, Media, Picture, PictureRendition
from content.models.pages import HomePage, OrganisationPage, PublicPage, TopicPage

__all__ = [
    "Attachment",
    "HomePage",
    "Media",
    "OrganisationPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
    "TopicPage",
]
