"""What other packages may import from content."""

from content.addresses import direction_of, page_path
from content.blocks import ContentBlock, ContentField
from content.fields import OpenStreamField
from content.file_sources import PICTURE_FILTER, LiveFiles, ServedFile, live_files
from content.models import (
    Attachment,
    HomePage,
    InstructionPage,
    OrganisationPage,
    Picture,
    PublicPage,
    Recording,
    TopicPage,
)
from content.page_form import CopyOnlyForm, OwnPageForm
from content.services.card_search import find_cards
from content.services.cards import card_in, cards_of, covers_of, languages_of
from content.services.hubs import state_of
from content.themes import Theme, icon_of

__all__ = [
    "PICTURE_FILTER",
    "Attachment",
    "ContentBlock",
    "ContentField",
    "CopyOnlyForm",
    "HomePage",
    "InstructionPage",
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
    "card_in",
    "cards_of",
    "covers_of",
    "direction_of",
    "find_cards",
    "icon_of",
    "languages_of",
    "live_files",
    "page_path",
    "state_of",
]
