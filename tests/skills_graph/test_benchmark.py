"""What the skills graph adds to the corpus for measuring: whole, the same at every run, as learning would have left it."""

import pytest
from django.core.management import call_command

from courses.services.publishing import missing_versions
from skills_graph.models import Competency, Evidence, Holding, Outcome
from skills_graph.services.inspection import broken_chains, wrong_holdings


@pytest.mark.django_db
def test_the_corpus_has_a_whole_ledger_and_what_follows_from_it():
    call_command("load_benchmark", modules=8, people=16, verbosity=0)
    assert (Competency.objects.count(), Outcome.objects.count()) == (180, 32)
    assert Evidence.objects.count() == 16 * 120
    assert Holding.objects.filter(competency__kind="reserved").exists()
    assert list(broken_chains()) == []
    assert list(wrong_holdings()) == []
    assert missing_versions() == []
