"""A citizen signs in at a real provider on this machine: what is believed, what is refused, and what it opens."""

import logging
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from dossiers.actions import confirm_party, open_dossier
from dossiers.models import CitizenLogin, Dossier
from integrations import openid
from parties.actions import resolve
from parties.models import Party, Subject
from parties.numbers import read_kbo
from tests import town
from tests.fakes.openid import FATIMA, FOR_KSA, KEY, OTHER_KEY, Provider, provider

pytestmark = pytest.mark.django_db

NUMBER = "85073003328"


@pytest.fixture
def there(settings: Any) -> Iterator[Provider]:
    with provider() as made:
        settings.CITIZEN_OIDC = made.config()
        yield made


def shown(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def top(response: Any) -> str:
    """Who is signed in, as the top of the page says."""
    found = BeautifulSoup(response.content, "html.parser").select_one(".loket-signed-in__who")
    return " ".join(found.get_text(" ").split()) if found else ""


def leave(client: Client, then: str = "") -> str:
    """The address of the provider where the button leads."""
    response = client.post("/aanmelden/", {"next": then})
    assert response.status_code == 302
    return str(response["Location"])


def come_back(client: Client, there: Provider, address: str) -> Any:
    return client.get(there.sign_in_at(address))


def sign_in(client: Client, there: Provider, then: str = "") -> Any:
    return come_back(client, there, leave(client, then))


def is_signed_in(client: Client) -> bool:
    return bool(top(client.get("/volg/")))


def opened(party: Party, subject: str, **more: Any) -> Dossier:
    return open_dossier(
        **{
            "process_version": town.melding(),
            "initiator": party,
            "party_match": "new",
            "channel": "web",
            "subject": subject,
            "email": "iemand@mortsel.example",
            "by": Actor.citizen(),
            "at": timezone.now(),
        }
        | more
    ).dossier


# --- What is asked, and what it opens


def test_asks_with_proof_of_pkce_state_and_nonce(there: Provider, settings: Any) -> None:
    settings.CITIZEN_OIDC = there.config(scopes="openid profile rrn vo", acr=("hoog", "midden"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leave(Client())).query).items()}
    assert asked["scope"] == "openid profile rrn vo"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "http://testserver/aanmelden/terug/"
    assert asked["acr_values"] == "hoog midden"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20


def test_signed_in_for_oneself(there: Provider) -> None:
    client = Client()
    client.get("/volg/")
    session = client.session.session_key
    response = sign_in(client, there)
    assert (response.status_code, response["Location"]) == (302, "/volg/")
    assert client.session.session_key != session
    page = client.get("/volg/")
    assert "Er zijn nog geen dossiers." in shown(page)
    for shown_to in (page, client.get("/formulieren/bestaat-niet/")):
        assert top(shown_to) == "Aangemeld als Fatima El Amrani"
        assert {"private", "no-store"} <= {part.strip() for part in shown_to["Cache-Control"].split(",")}
    assert Subject.objects.count() == 2
    assert top(client.get("/")) == ""  # a page that a cache may keep


def test_sees_own_dossiers_and_those_of_the_organisation_and_nobody_elses(there: Provider) -> None:
    by, at = Actor.citizen(), timezone.now()
    client, stranger = Client(), Client()
    sign_in(client, there)
    fatima = Party.objects.get()
    ksa = resolve(name="KSA", number=read_kbo("0403019261"), kind=Party.Kind.ORGANISATION, by=by, at=at).party
    of_ksa, hers, others = (
        opened(party, subject)
        for party, subject in ((ksa, "Tent"), (fatima, "Boom"), (Party.objects.create(name="Jan"), "Put"))
    )
    page = client.get("/volg/")
    assert ("Boom" in shown(page), "Tent" in shown(page), "Put" in shown(page)) == (True, False, False)
    there.person = FOR_KSA
    sign_in(client, there)
    page = client.get("/volg/")
    assert top(page) == "Aangemeld als Fatima El Amrani , voor KSA"
    assert shown(page).index("Voor KSA") < shown(page).index("Tent") < shown(page).index("Boom")
    assert "Put" not in shown(page)
    assert Party.objects.filter(kind="person", name="Fatima El Amrani").count() == 1
    for dossier, status in ((of_ksa, 200), (hers, 200), (others, 404)):
        address = f"/volg/{dossier.number}/"
        page = client.get(address)
        assert (page.status_code, page["Referrer-Policy"]) == (status, "same-origin")
        assert client.get(f"{address}bericht/").status_code == status
        assert stranger.get(address).status_code == 404
    sent = {"text": "Dag!", "token": "6e5c6f6e-8a55-4a5e-9d0e-111111111111"}
    assert client.post(f"/volg/{of_ksa.number}/bericht/", sent)["Location"] == f"/volg/{of_ksa.number}/"
    assert of_ksa.messages.get().text == "Dag!"
    assert stranger.post(f"/volg/{of_ksa.number}/bericht/", sent).status_code == 404


@pytest.mark.parametrize("match", ["name_and_contact", "number"])
def test_what_anybody_typed_is_not_shown_until_a_clerk_confirmed_it(there: Provider, match: str) -> None:
    client = Client()
    sign_in(client, there)
    typed = opened(Party.objects.get(), "Getypt", party_match=match)
    assert "Getypt" not in shown(client.get("/volg/"))
    assert client.get(f"/volg/{typed.number}/").status_code == 404
    confirm_party(dossier=typed, by=Actor.staff(town.clerk()), at=timezone.now())
    assert "Getypt" in shown(client.get("/volg/"))


def test_what_somebody_says_to_do_for_the_organisation_is_not_shown(there: Provider) -> None:
    client = Client()
    there.person = FOR_KSA
    sign_in(client, there)
    ksa = Party.objects.get(kind="organisation")
    claimed = opened(ksa, "Beweerd", representative=Party.objects.create(name="Piet"), representation="claimed")
    assert "Beweerd" not in shown(client.get("/volg/"))
    Dossier.objects.filter(pk=claimed.pk).update(representation="confirmed")
    assert "Beweerd" in shown(client.get("/volg/"))


def test_lists_in_a_fixed_number_of_queries(there: Provider, django_assert_max_num_queries: Any) -> None:
    client = Client()
    sign_in(client, there)
    for place in range(5):
        opened(Party.objects.get(), f"Put {place}")
    with django_assert_max_num_queries(5):
        assert shown(client.get("/volg/")).count("MEL-") == 5


def test_signs_out_here_and_at_the_provider(there: Provider) -> None:
    client = Client()
    sign_in(client, there)
    assert client.get("/formulieren/aangemeld/einde/").status_code == 405
    where = client.post("/formulieren/aangemeld/einde/")["Location"]
    asked = parse_qs(urlsplit(where).query)
    assert where.startswith(f"{there.address}/logout?")
    assert asked["post_logout_redirect_uri"] == ["http://testserver/aanmelden/afgemeld/"]
    assert "id_token_hint" in asked
    assert not is_signed_in(client)
    assert "U bent afgemeld" in shown(client.get("/aanmelden/afgemeld/"))


def test_signing_out_closes_the_list_that_a_link_opened_before(there: Provider) -> None:
    now = timezone.now()
    login = CitizenLogin.objects.create(
        token_hash="x" * 64, email="iemand@mortsel.example", created_at=now, expires_at=now, used_at=now
    )
    client = Client()
    sign_in(client, there)
    session = client.session
    session["my_dossiers"] = login.pk
    session.save()
    client.post("/formulieren/aangemeld/einde/")
    assert "Uw e-mailadres" in shown(client.get("/volg/"))
    login.refresh_from_db()
    assert login.ended_at is not None


@pytest.mark.parametrize("place", [None, "https://elders.example/logout"])
def test_signs_out_here_where_the_provider_has_no_such_place(there: Provider, place: str | None) -> None:
    there.metadata = {"end_session_endpoint": place}
    client = Client()
    sign_in(client, there)
    assert client.post("/formulieren/aangemeld/einde/")["Location"] == "/aanmelden/afgemeld/"


def test_ends_when_nothing_is_done(there: Provider, settings: Any) -> None:
    client = Client()
    sign_in(client, there)
    session = client.session
    session["signed_in"] |= {"seen": time.time() - 29 * 60}
    session.save()
    assert is_signed_in(client)
    assert client.session["signed_in"]["seen"] > time.time() - 60
    session = client.session
    session["signed_in"] |= {"seen": time.time() - 32 * 60}
    session.save()
    assert not is_signed_in(client)
    assert "signed_in" not in client.session


def test_national_number_stands_nowhere_in_clear(there: Provider, settings: Any) -> None:
    settings.CITIZEN_OIDC_LEGAL_BASIS = "beraadslaging 12/2026"
    there.person = FATIMA | {"rrn": NUMBER}
    client = Client()
    sign_in(client, there)
    assert Party.objects.get().identifiers.get().verified_how == "signed_in"
    kept = str(client.session.load()) + "".join(_every_row())
    assert NUMBER not in kept
    assert "id_token_hint" not in client.post("/formulieren/aangemeld/einde/")["Location"]


def _every_row() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield str(cursor.fetchall())


def test_claims_that_are_not_in_the_token_are_asked(there: Provider) -> None:
    there.only_in_user_info = True
    sign_in(Client(), there)
    assert Party.objects.get().name == "Fatima El Amrani"


def test_user_info_of_somebody_else_is_refused(there: Provider) -> None:
    there.changes = {"sub": "iemand-anders", "family_name": None}
    assert sign_in(Client(), there).status_code == 403
    assert not Party.objects.exists()


# --- The honest provider of others


def test_at_the_provider_of_others(settings: Any) -> None:
    users = [oidc_provider_mock.User(sub="f-1", claims=FATIMA)]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        openid.client_of.cache_clear()
        address = f"http://localhost:{server.server_port}"
        settings.CITIZEN_OIDC = openid.Config(issuer=address, client_id="loket", client_secret="x")
        client = Client()
        where = leave(client)
        cancelled = requests.post(where, data={"action": "deny"}, allow_redirects=False, timeout=5)
        # It forgets the state, which a provider may not do (RFC 6749, 4.1.2.1).
        state = parse_qs(urlsplit(where).query)["state"][0]
        page = client.get(f"{cancelled.headers['Location']}&state={state}")
        assert (page.status_code, "gestopt met aanmelden" in shown(page)) == (200, True)
        agreed = requests.post(leave(client), data={"sub": "f-1"}, allow_redirects=False, timeout=5)
        assert client.get(agreed.headers["Location"])["Location"] == "/volg/"
        assert top(client.get("/volg/")) == "Aangemeld als Fatima El Amrani"


# --- What is refused


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elders.example"},
        {"aud": "iemand-anders"},
        {"aud": "iemand-anders", "azp": "loket"},
        {"azp": "iemand-anders"},
        {"nonce": "een-andere"},
        {"nonce": None},
        {"exp": -120},
        {"exp": None},
        {"iat": 3600},
        {"nbf": 3600},
        {"sub": ""},
        {"sub": None},
    ],
    ids="-".join,
)
def test_token_that_says_something_wrong(there: Provider, changes: dict[str, Any], caplog: Any) -> None:
    """Moments are in seconds from now."""
    changes = {
        name: int(time.time()) + value if isinstance(value, int) else value
        for name, value in changes.items()
    }  # fmt: skip
    there.changes = changes
    refuse(sign_in(client := Client(), there, "/formulieren/x/"), client)
    assert re.search("(invalid|missing)_claim|expired_token|invalid_token|nobody", caplog.text)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("none", None), ("HS256", "secret"), ("HS256", "public"), ("RS256", "other")],
)
def test_token_that_is_signed_wrong(there: Provider, algorithm: str, key: str | None, caplog: Any) -> None:
    """Not at all; with our own secret; with the provider's public key as a secret; with another key of that name."""
    keys = {None: None, "secret": b"geheim", "public": KEY.as_pem(private=False), "other": OTHER_KEY}
    there.algorithm, there.key = algorithm, keys[key]
    refuse(sign_in(client := Client(), there), client)
    assert ("bad_signature" if key == "other" else "unsupported_algorithm") in caplog.text


def test_clock_that_is_a_little_behind_is_no_reason(there: Provider) -> None:
    there.changes = {"exp": int(time.time()) - 20}
    assert sign_in(Client(), there)["Location"] == "/volg/"


def refuse(response: Any, client: Client, status: int = 403, words: str = "niet zeker zijn dat u het bent") -> None:
    assert response.status_code == status
    assert words in shown(response)
    assert "03 444 17 17" in shown(response)
    assert "Stadsplein 1" in shown(response)
    assert not is_signed_in(client)
    assert not Party.objects.exists()


def test_level_that_was_asked_must_be_answered(there: Provider, settings: Any) -> None:
    settings.CITIZEN_OIDC = there.config(acr=("hoog",))
    there.changes = {"acr": "laag"}
    refuse(sign_in(client := Client(), there), client)
    there.changes = {"acr": "hoog"}
    assert sign_in(client, there)["Location"] == "/volg/"


def test_state_of_another_browser_or_of_nobody(there: Provider) -> None:
    victim, thief = Client(), Client()
    address = there.sign_in_at(leave(thief))
    refuse(victim.get(address), victim, 400, "in een ander venster")
    refuse(victim.get("/aanmelden/terug/?code=x&state=verzonnen"), victim, 400, "in een ander venster")
    refuse(victim.get("/aanmelden/terug/"), victim, 400, "in een ander venster")


def test_code_works_once(there: Provider) -> None:
    client = Client()
    address = there.sign_in_at(leave(client))
    assert client.get(address)["Location"] == "/volg/"
    assert client.get(address).status_code == 400  # the state is gone
    other = leave(client)
    state = parse_qs(urlsplit(other).query)["state"][0]
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert client.get(f"/aanmelden/terug/?code={code}&state={state}").status_code == 403


def test_wrong_secret(there: Provider, settings: Any) -> None:
    settings.CITIZEN_OIDC = there.config(client_secret="fout")
    refuse(sign_in(client := Client(), there), client)


@pytest.mark.parametrize("metadata", [{"issuer": "https://elders.example"}, {"jwks_uri": None}])
def test_provider_that_calls_itself_otherwise(there: Provider, metadata: dict[str, Any]) -> None:
    there.metadata = metadata
    client = Client()
    response = client.post("/aanmelden/")
    if response.status_code == 302:
        response = come_back(client, there, response["Location"])
    refuse(response, client)


def test_provider_that_is_not_there(settings: Any, caplog: Any) -> None:
    settings.CITIZEN_OIDC = openid.Config(issuer="http://127.0.0.1:9", client_id="x", client_secret="x")
    client = Client()
    response = client.post("/aanmelden/", {"next": "/formulieren/melding/"})
    assert response.status_code == 503
    assert "werkt op dit moment niet" in shown(response)
    assert "Wat u al invulde, is niet verloren." in shown(response)
    assert BeautifulSoup(response.content, "html.parser").find("a", href="/formulieren/melding/")


def test_user_who_stops_loses_nothing_and_the_log_names_nobody(there: Provider, caplog: Any) -> None:
    client = Client()
    state = parse_qs(urlsplit(leave(client, "/formulieren/melding/")).query)["state"][0]
    with caplog.at_level(logging.WARNING):
        page = client.get(f"/aanmelden/terug/?error=access_denied&error_description=Jan+Peeters+stopte&state={state}")
    assert page.status_code == 200
    assert "gestopt met aanmelden" in shown(page)
    assert BeautifulSoup(page.content, "html.parser").find("a", href="/formulieren/melding/")
    assert [record.getMessage().strip() for record in caplog.records] == ["Sign-in at citizen: cancelled"]


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (FOR_KSA | {"vo_doelgroepcode": "LB"}, "medewerker van een overheid"),
        (FOR_KSA | {"vo_orgcode": "OVO002949"}, "voor welke organisatie"),
    ],
)
def test_capacity_that_is_none_of_a_citizen(there: Provider, person: dict[str, Any], words: str) -> None:
    there.person = person
    refuse(sign_in(client := Client(), there), client, 403, words)


@pytest.mark.parametrize(
    "then", ["https://elders.example/", "//elders.example/", "/\\elders.example", "javascript:alert(1)", "volg/"]
)
def test_nobody_is_led_elsewhere(there: Provider, then: str) -> None:
    assert sign_in(Client(), there, then)["Location"] == "/volg/"
    page = Client().get("/aanmelden/", {"next": then})
    assert "elders" not in page.content.decode()


def test_leads_on_to_where_one_was_going(there: Provider) -> None:
    client = Client()
    assert sign_in(client, there, "/formulieren/melding/?x=1")["Location"] == "/formulieren/melding/?x=1"
    assert client.get("/aanmelden/?next=/volg/")["Location"] == "/volg/"


def test_without_a_provider_there_is_nothing(settings: Any) -> None:
    settings.CITIZEN_OIDC = None
    client = Client()
    for path in ("/aanmelden/", "/aanmelden/terug/", "/aanmelden/afgemeld/"):
        assert client.get(path).status_code == 404
    assert client.post("/aanmelden/").status_code == 404
    assert "itsme" not in client.get("/volg/").content.decode()
