"""Pages and files, decision aids of others, what is counted of how cards are used, and cards that somebody keeps."""

from content.models.aids import SILENT_TOO_OFTEN, DecisionAid
from content.models.files import Attachment, Picture, PictureRendition, Recording
from content.models.instructions import InstructionPage
from content.models.kept import KeptCard
from content.models.need import FEWEST, Act, MissedWord, NeedCount
from content.models.pages import HomePage, OrganisationPage, PublicPage, TopicPage

__all__ = [
    "FEWEST",
    "SILENT_TOO_OFTEN",
    "Act",
    "Attachment",
    "DecisionAid",
    "HomePage",
    "InstructionPage",
    "KeptCard",
    "MissedWord",
    "NeedCount",
    "OrganisationPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
    "Recording",
    "TopicPage",
]
