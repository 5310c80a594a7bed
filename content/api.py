"""What other packages may import from content."""

from content.addresses import page_path
from content.blocks import ContentBlock, ContentField
from content.fields import OpenStreamField
from content.file_sources import PICTURE_FILTER, FileSource, LiveFiles, ServedFile, live_files
from content.models import Attachment, HomePage, OrganisationPage, Picture, PublicPage, Recording, TopicPage
from content.page_form import OwnPageForm
from content.services.site import prepare_site
from content.themes import Theme, icon_of

__all__ = [
    "PICTURE_FILTER",
    "Attachment",
    "ContentBlock",
    "ContentField",
    "FileSource",
    "HomePage",
    "LiveFiles",
    "OpenStreamField",
    "OrganisationPage",
    "OwnPageForm",
    "Picture",
    "PublicPage",
    "Recording",
    "ServedFile",
    "Theme",
    "TopicPage",
    "icon_of",
    "live_files",
    "page_path",
    "prepare_site",
]
