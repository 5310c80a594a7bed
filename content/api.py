"""What other packages may import from content."""

from content.addresses import direction_of, page_path
from content.blocks import ContentBlock, ContentField
from content.exceptions import CardError
from content.fields import OpenStreamField
from content.file_sources import PICTURE_FILTER, FileSource, LiveFiles, ServedFile, live_files
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
from content.services.cards import card_in, cards_of, covers_of
from content.services.site import prepare_site
from content.services.translations import (
    CardStates,
    LanguageState,
    TranslationState,
    confirm_translation,
    follow_source,
    keep_translations,
    state_of,
    states_of,
    withdraw_check,
)
from content.themes import Theme, icon_of

__all__ = [
    "PICTURE_FILTER",
    "Attachment",
    "CardError",
    "CardStates",
    "ContentBlock",
    "ContentField",
    "CopyOnlyForm",
    "FileSource",
    "HomePage",
    "InstructionPage",
    "LanguageState",
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
    "TranslationState",
    "card_in",
    "cards_of",
    "confirm_translation",
    "covers_of",
    "direction_of",
    "follow_source",
    "icon_of",
    "keep_translations",
    "live_files",
    "page_path",
    "prepare_site",
    "state_of",
    "states_of",
    "withdraw_check",
]
