"""Pages and files, and what is counted of how cards are used."""

from content.models.files import Attachment, Picture, PictureRendition, Recording
from content.models.instructions import InstructionPage
from content.models.need import FEWEST, Act, MissedWord, NeedCount
from content.models.pages import HomePage, OrganisationPage, PublicPage, TopicPage

__all__ = [
    "FEWEST",
    "Act",
    "Attachment",
    "HomePage",
    "InstructionPage",
    "MissedWord",
    "NeedCount",
    "OrganisationPage",
    "Picture",
    "PictureRendition",
    "PublicPage",
    "Recording",
    "TopicPage",
]
