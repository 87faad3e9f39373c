"""Sign-in with a real OpenID Connect provider on this machine: in, refused, expired, out. And the mode "open"."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server
from tests.browser.steps import choose_model, go

EXPIRES = 8  # seconds until a token of the second provider expires
USERS = [
    User(sub="ann", claims={"email": "ann@example.org", "name": "Ann", "email_verified": True}),
    User(sub="boss", claims={"email": "boss@example.org", "name": "Boss"}),
    User(sub="eve", claims={"email": "eve@elsewhere.net", "name": "Eve"}),
]
SECTION = """
[auth.{name}]
client_id = "wordbench"
client_secret = "not-a-secret"
server_metadata_url = "http://127.0.0.1:{port}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server], tiny_models: Path, tmp_path_factory) -> Iterator[Server]:
    """The app in the mode "signed in", with a usual provider and one whose tokens expire soon."""
    long = run_server_in_thread(user_claims=USERS)
    short = run_server_in_thread(user_claims=USERS, access_token_max_age=timedelta(seconds=EXPIRES))
    with long as company, short as hasty:
        secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
        sections = [SECTION.format(name="company", port=company.server_port)]
        sections += [SECTION.format(name="hasty", port=hasty.server_port)]
        auth = (
            '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "'
            + "x" * 40
            + '"\n'
        )
        secrets.write_text(auth + "".join(sections))
        yield serve(
            ["--secrets.files", str(secrets)],
            mode="signed in",
            allowed_domains="example.org",
            administrators="boss@example.org",
            models_dir=tiny_models,
            default_model="local-tiny-chat",
        )


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody new. The provider's own pages ask a host for a stylesheet: they don't get it."""
    contexts: list[BrowserContext] = []

    def open_page(url: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        context.route(re.compile(r"^https?://(?!127\.0\.0\.1:)"), lambda route: route.abort())
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, who: str, provider: str = "Company") -> None:
    page.get_by_role("button", name=f"Sign in with {provider}").click()
    page.get_by_role("button", name=who).click()


@pytest.mark.slow
def test_signing_in_finds_ones_own_work_and_signing_out_ends_it(server: Server, person: Callable[..., Page]):
    page = person(server.chat)
    expect(page.get_by_role("button", name="Sign in with Company")).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_have_count(0)
    sign_in(page, "ann")
    go(page, "Chat")
    page.get_by_placeholder("Message").fill("A secret of mine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    address = page.url
    go(page, "Models")
    choose_model(page, "tiny-endless")
    expect(page.get_by_role("button", name="Load", exact=True)).to_have_count(0)  # not an administrator
    boss = person(address)
    sign_in(boss, "boss")
    expect(boss.get_by_role("heading", name="Language models on your own machine")).to_be_visible()
    boss.goto(address)
    expect(boss.get_by_text("doesn't exist any more")).to_be_visible()
    expect(boss.get_by_text("A secret of mine")).to_have_count(0)
    go(boss, "Models")
    choose_model(boss, "tiny-endless")
    expect(boss.get_by_role("button", name="Load", exact=True).first).to_be_visible()
    expect(boss.get_by_role("heading", name="Work of everybody")).to_be_visible()
    go(page, "Your data")
    expect(page.get_by_text("Signed in as Ann")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("end_session|/$"))  # the provider asks whether to end its session, too
    page.goto(address)
    expect(page.get_by_role("button", name="Sign in with Company")).to_be_visible()
    expect(page.get_by_text("A secret of mine")).to_have_count(0)


@pytest.mark.slow
def test_another_domain_is_refused_with_a_sentence_and_can_sign_out(
    server: Server, person: Callable[..., Page]
):
    page = person(server.chat)
    sign_in(page, "eve")
    expect(page.get_by_text("Accounts of elsewhere.net may not use this server")).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.slow
def test_an_expired_token_ends_the_session_in_the_middle(server: Server, person: Callable[..., Page]):
    page = person(server.chat)
    sign_in(page, "ann", "Hasty")
    go(page, "Chat")
    expect(page.get_by_placeholder("Message")).to_be_visible()
    page.wait_for_timeout(EXPIRES * 1000)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_text("Your sign-in has ended. Sign in again")).to_be_visible()
    expect(page.get_by_placeholder("Message")).to_have_count(0)


@pytest.mark.slow
def test_an_open_server_knows_a_browser_again_and_shows_it_nothing_of_others(
    open_server: Server, person: Callable[..., Page]
):
    server = open_server
    page = person(server.chat)
    page.get_by_placeholder("Message").fill("Mine alone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    address = page.url
    page.reload()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("Mine alone")
    page.goto(server.chat)  # without the conversation's id: it is in this browser's list
    expect(page.get_by_role("button", name="Mine alone")).to_be_visible()
    other = person(address)
    expect(other.get_by_text("doesn't exist any more")).to_be_visible()
    expect(other.get_by_text("Mine alone")).to_have_count(0)
    go(page, "Your data")
    page.get_by_text("Yes, delete everything that I made here").click()
    page.get_by_role("button", name="Delete my data").click()
    expect(page.get_by_text(re.compile("Deleted: [1-9]"))).to_be_visible()
    page.goto(server.chat)
    expect(page.get_by_placeholder("Message")).to_be_visible()
    expect(page.get_by_role("button", name="Mine alone")).to_have_count(0)
