"""What other packages may import from content."""

from content.blocks import ContentBlock, ContentField
from content.fields import OpenStreamField
from content.file_sources import FileSource, LiveFiles, ServedFile, live_files
from content.models import Attachment, HomePage, Media, OrganisationPage, Picture, PublicPage, TopicPage
from content.services.site import prepare_site
from content.themes import Theme, icon_of

__all__ = [
    "Attachment",
    "ContentBlock",
    "ContentField",
    "FileSource",
    "HomePage",
    "LiveFiles",
    "Media",
    "OpenStreamField",
    "OrganisationPage",
    "Picture",
    "PublicPage",
    "ServedFile",
    "Theme",
    "TopicPage",
    "icon_of",
    "live_files",
    "prepare_site",
]
