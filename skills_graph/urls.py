"""Addresses of proving and checking; they carry no language."""

from django.urls import path

from skills_graph.views import authority, completion, credentials, frameworks, portfolio, signing, team, verification

app_name = "skills_graph"
urlpatterns = [
    path("beheer/beoordelaars/", authority.authorities, name="authority"),
    path("beheer/beoordelaars/zoeken/", authority.find, name="authority_find"),
    path("beheer/beoordelaars/nieuw/", authority.give, name="authority_give"),
    path("beheer/beoordelaars/<int:authority_id>/", authority.end, name="authority_end"),
    path("beoordelen/bewijs/<uuid:evidence_uuid>/terugnemen/", signing.take_back, name="take_back"),
    path("beheer/registraties/", authority.registrations, name="registrations"),
    path("beheer/registraties/nieuw/", authority.register, name="registration_add"),
    path("issuers/<uuid:organisation_uuid>/did.json", credentials.issuer, name="issuer"),
    path("status-lists/<uuid:list_uuid>/", credentials.status_list, name="status_list"),
    path("achievements/<uuid:achievement_uuid>/", credentials.achievement, name="achievement"),
    path("bewijs/<uuid:credential_uuid>/", credentials.credential, name="credential"),
    path("bewijs/<uuid:credential_uuid>/bestand/", credentials.download, name="credential_download"),
    path("bewijs/<uuid:credential_uuid>/intrekken/", credentials.withdraw, name="credential_withdraw"),
    path("verify/", verification.verification, name="verify"),
    path("mijn/vaardigheden/", portfolio.portfolio, name="portfolio"),
    path("mijn/vaardigheden/<uuid:competency_uuid>/", portfolio.why, name="why"),
    path("mijn/vergelijken/", frameworks.comparison, name="comparison"),
    path("vaardigheden/", frameworks.frameworks, name="frameworks"),
    path("vaardigheden/<uuid:competency_uuid>/", frameworks.competency, name="competency"),
    path("team/", team.tasks, name="team"),
    path("team/tabel/", team.download, name="team_download"),
    path("team/taken/<uuid:competency_uuid>/", team.task, name="team_task"),
    path("team/taken/<uuid:competency_uuid>/tabel/", team.download, name="team_task_download"),
    path("team/mensen/<uuid:person_uuid>/", team.person, name="team_person"),
    path("team/mensen/<uuid:person_uuid>/<uuid:competency_uuid>/", team.person_why, name="team_why"),
    path("team/modules/", completion.completion, name="completion"),
    path("team/modules/tabel/", completion.download, name="completion_download"),
]
