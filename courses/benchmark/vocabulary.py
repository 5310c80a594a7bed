"""Texts for the benchmark: words of care drawn from a fixed vocabulary, the same at every run.

The small vocabulary has fifty words, so that a search term stands in most texts: the worst case. The large one has
5,000 words and draws them by Zipf's law (the word of rank r comes up 1/r as often as the first), as real text does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from random import Random

SEED = 42


def _words(text: str) -> list[str]:
    return text.split()


SEARCH_TERMS = _words("""
    valpreventie medicatieveiligheid dementie hygiene wondzorg insuline katheter rapporteren tilprotocol delier slikken
    agressie mantelzorg domotica beeldzorg reanimatie privacy suicidepreventie autisme triage
""")
CARE_WORDS = SEARCH_TERMS + _words("""
    zorgplan cliënt bewoner verpleging verzorging handelen protocol overdracht observatie signaleren begeleiding
    zelfredzaamheid gezondheid voeding bewegen medicatie decubitus incontinentie palliatief familie gesprek samenwerking
    methodiek richtlijn bekwaamheid toediening controle veiligheid evaluatie ondersteuning
""")
COMMON_WORDS = _words("""
    de van het een en in is dat op te zijn met voor niet aan er om ook als bij door naar uit dan maar over wat nog tot
    kan hij zij we je dit deze die wordt worden heeft moet altijd
""")
# What large vocabularies are made of in Dutch: two nouns in one word.
FIRST_PARTS = _words("""
    adem arm been bed bloed borst buik dag dienst dorst eet einde familie gang gehoor geheugen geneesmiddel gevoel
    gezins gezicht gips groeps haar hand hart herstel hoofd huid huis hulp infuus intake keel kamer kinder klachten knie koorts
    kracht leef leer lever lichaams long maag medicijn mond nacht nek neus nier onderzoeks oog oor ouderen pijn pols
    rust schouder slaap spier spraak steun stem teen thuis vinger vocht voet voedings vrijwilligers was wijk wond ziekte
    zitvlak zuurstof
""")
SECOND_PARTS = _words("""
    aandacht advies afspraak afweging arts beeld behandeling beleid bezoek bijeenkomst dossier doel duur eisen ervaring
    fase formulier functie gebruik gesprek gevaar groep hulp hulpmiddel indeling ingreep inzet kaart keuze klacht kennis
    keten kwaliteit last lijst maatregel meting middel model nood oefening onderzoek ontwikkeling opname overleg partner
    patroon periode plek probleem proces regel reactie risico rol ronde schaal schema situatie stap stoornis taak team
    techniek test toezicht training traject verband verlies verslag verzoek vraag werk wens zone
""")
LARGE_SIZE = 5000
FIRST_CARE_RANK, CARE_RANK_STEP = 50, 10


@dataclass(frozen=True)
class Vocabulary:
    """Words with how often each comes up, added up from the first; None where all come up as often."""

    words: list[str]
    cumulative_weights: list[float] | None = None

    def text(self, random: Random, word_count: int) -> str:
        return " ".join(random.choices(self.words, cum_weights=self.cumulative_weights, k=word_count))


def small() -> Vocabulary:
    return Vocabulary([*CARE_WORDS])


def large() -> Vocabulary:
    """The words of care stand at every tenth rank from 50, so that a search term is in 1 to 12 % of the summaries."""
    words = list(islice(_ranked(), LARGE_SIZE))
    return Vocabulary(words, list(accumulate(1 / rank for rank in range(1, LARGE_SIZE + 1))))


def _ranked() -> Iterator[str]:
    compounds = [first + second for first in FIRST_PARTS for second in SECOND_PARTS]
    Random(SEED).shuffle(compounds)  # noqa: S311 - texts, no secrets
    care, others = list(reversed(CARE_WORDS)), iter([*COMMON_WORDS, *dict.fromkeys(compounds)])
    for rank in range(1, LARGE_SIZE + 1):
        is_care_rank = rank >= FIRST_CARE_RANK and (rank - FIRST_CARE_RANK) % CARE_RANK_STEP == 0
        yield care.pop() if is_care_rank and care else next(others)


VOCABULARIES = {"small": small, "large": large}
