"""What can't be summarized, and why."""

from random import Random

import pytest

from components.documents import Document
from components.tasks.summarize import refusals
from components.tasks.summarize.passages import passages
from tests.unit.tasks.summarize.fakes import document, long_text


def at_random(characters: str, seed: int = 7) -> str:
    """Words of letters that are drawn by lot."""
    chance = Random(seed)
    words = ("".join(chance.choices(characters, k=chance.randint(3, 9))) for _ in range(90))
    return f"{' '.join(words)}."


def letters(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


REAL_ZH = "市议会周二批准了新的港口计划，预算为四千万欧元，工程将于明年春天开始，预计持续两年，届时渡轮可以全年停靠。"
GIBBERISH = [
    at_random("фывапролджэ" * 3 + "йцукенгшщзхячсмитьбю"),
    at_random(letters("α", "ω")),
    at_random(letters("ب", "غ")),
    at_random(letters("א", "ת")),
    at_random(letters("अ", "ह")),
    at_random(letters("一", "龥")),
    at_random(letters("가", "힣")),
    (REAL_ZH * 2).encode().decode("gbk", "ignore"),
]


def refuse(whole: Document) -> None:
    refusals.check(passages(whole), whole)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hello there.", "only 2 words"),
        ("Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore. " * 6, "placeholder"),
        ("We use cookies to improve your experience on the site. Accept all cookies or manage settings here. "
         "Read our privacy policy and terms of service online. Subscribe to our newsletter for weekly product updates today. "
         "All rights reserved by the company and partners.", "boilerplate"),
        ("The same important line is repeated here again with several different interesting words inside every time. " * 20, "repeats"),
        (" ".join(f"{i * 7919}" for i in range(60)), "numbers"),
        ("yes no " * 40, "too little"),
        ("sdkfj wqrtz pldm aokcn xnvbz hhtk brwq eilm zzpt kdfgs mnbv qweo tyrh. " * 5 + "vfdsk plkq mnzx rtgh", "letters without words"),
        *((text, "letters without words") for text in GIBBERISH),
    ],
)  # fmt: skip
def test_text_that_says_nothing_is_refused_with_the_reason(text, reason):
    with pytest.raises(refusals.NothingToSummarize, match=reason):
        refuse(document(text))


@pytest.mark.parametrize(
    "text",
    [
        "Strč prst skrz krk, řekl čtvrtý vlk a zmrzl. Prší a blýská se, smrt obchází vesnici v údolí řeky. "
        "Nikdo neviděl odjíždět vlak, který měl přijet ve čtvrtek ráno z hlavního města do přístavu.",
        "The HTTP and HTML pages of the XMLNS group list PNGs and PDFs. Run mkdir and chmod before the cron job "
        "starts, then copy the CSS files into the folder that nginx serves to every visitor of the site.",
    ],
)
def test_words_with_few_vowels_are_not_taken_for_keys_hit_at_random(text):
    refuse(document(text))


BACK_PAIN = (
    "El dolor lumbar es una de las causas más frecuentes de consulta médica. El dolor aparece en la parte baja "
    "de la espalda. El tratamiento del dolor combina reposo, ejercicio y medicamentos. Si el dolor continúa más "
    "de tres meses, se habla de dolor crónico."
)


def test_an_article_with_one_word_of_lorem_ipsum_is_an_article():
    refuse(document(BACK_PAIN, language="es"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Utilizamos cookies para melhorar a sua experiência neste site. Política de privacidade e termos "
               "de uso. Todos os direitos reservados. Assine a nossa lista de novidades. Fale conosco. Sobre nós. "
               "Siga-nos nas redes sociais. Voltar ao topo. Clique aqui para saber mais."),
        ("es", "Aviso legal y política de privacidad de la empresa. Todos los derechos reservados en este sitio. "
               "Suscríbete y recibe ofertas. Iniciar sesión o regístrate. Síguenos en las redes. Haz clic aquí y "
               "lee otras cosas. Volver arriba. Sobre nosotros y más."),
        ("fr", "Mentions légales et politique de confidentialité. Tous droits réservés pour ce site. Abonnez-vous "
               "et recevez nos offres. Cliquez ici pour voir. Suivez-nous sur les réseaux sociaux. Contactez-nous "
               "par courrier. Plan du site. Qui sommes-nous."),
        ("de", "Impressum und Datenschutzerklärung dieser Seite. Alle Rechte vorbehalten durch den Betreiber. "
               "Hier klicken, um alles zu sehen. Folgen Sie uns in sozialen Netzen. Seite nicht gefunden, leider. "
               "Alle akzeptieren oder einzeln wählen. Zur Startseite gehen. Über uns und andere."),
        ("it", "Informativa sulla privacy e termini di servizio. Tutti i diritti riservati per questo sito. "
               "Iscriviti alla lista e ricevi offerte. Clicca qui per vedere altro. Seguici sui social. Contattaci "
               "per posta. Mappa del sito. Chi siamo noi. Pagina non trovata."),
    ],
)  # fmt: skip
def test_menus_and_notices_are_refused_in_other_languages_too(language, text):
    with pytest.raises(refusals.NothingToSummarize, match="boilerplate"):
        refuse(document(text, language=language))


TERMS = (
    "Terms of Service of Riverbank Photo\n"
    "These Terms of Service govern your use of the Riverbank Photo application and website. By creating "
    "an account you agree to these terms and conditions and to our Privacy Policy. You must be at least "
    "16 years old to sign up. You may log in with an email address or a phone number, and you are "
    "responsible for everything that happens under your account.\n"
    "You keep the copyright in all photos that you upload. By sharing on the service you give us a "
    "licence to store and show them to the people you choose; this licence ends 30 days after you "
    "delete the photo. We never sell your photos. If you report a copyright infringement, we remove the "
    "photo within 48 hours and tell the person who uploaded it.\n"
    "Paid plans cost 4.99 euros a month. You can subscribe or cancel at any time in the settings; no "
    "refund is given for a month that has begun. If you unsubscribe, your photos are kept for 90 days. "
    "Prices may change with 30 days notice by email or newsletter.\n"
    "We use cookies to keep you signed in and to count visits; the Cookie Policy explains how to refuse "
    "them in your browser. Our privacy notice explains what data we keep. You may contact us at any "
    "time to get a copy of your data.\n"
    "We may suspend accounts that break these terms of service. The service is provided as is, and our "
    "liability is limited to the fees of the last 12 months. These terms and conditions are governed by "
    "the law of Portugal. We tell you 30 days before we change these Terms of Service; if you sign in "
    "after that, the new terms of use apply."
)


COOKIES = (
    "Cookie Policy\n"
    "This Cookie Policy explains how Acme uses cookies and similar technologies on acme.com. Cookies "
    "are small files that your browser stores. We set three kinds of cookies. Necessary cookies keep "
    "you signed in and expire after 24 hours. Analytics cookies count visits; they are kept for 13 "
    "months and you can refuse them. Advertising cookies are set by 14 partners and are used only if "
    "you choose Accept all. You can delete cookies in your browser at any time. If you block necessary "
    "cookies, you cannot log in or add to cart. We review our cookies every 6 months. Questions about "
    "cookies are answered by our data protection officer, Maria Lopez, within 10 days. See our privacy "
    "policy for other data."
)


PRIVACY = (
    "This privacy policy explains how the city library handles personal data. The library stores names "
    "and addresses of 12,000 readers. Cookies are kept for 30 days and then deleted. Readers can ask "
    "for a copy of their data at any time, and the library answers within four weeks. Our newsletter is "
    "sent to readers who subscribe. The privacy policy was changed in May 2024 after a complaint about "
    "the storage of loans. Loans are now deleted after one year. Access logs in which readers sign in "
    "are kept for 90 days."
)


COPYRIGHT = (
    "How to subscribe: a history of newspapers. Subscribe was the word of the nineteenth century. "
    "Copyright law changed in 1886 with the Berne Convention. Copyright terms were extended in 1998 to "
    "70 years. The copyright office registered 500,000 works in 2020. Critics of copyright say that "
    "terms are too long for readers. Defenders of copyright answer that authors need an income."
)


@pytest.mark.parametrize("text", [TERMS, COOKIES, PRIVACY, COPYRIGHT])
def test_terms_policies_and_texts_about_them_are_summarized(text):
    refuse(document(text))


@pytest.mark.parametrize(
    "text",
    [
        "Home\nProducts\nSupport\nCareers\nPress\nInvestors\nHelp\nReturns\nDelivery\nOrders\nAccount\nWishlist\n"
        "Men\nWomen\nKids\nSale\nNew\nBrands\nShoes\nJackets\nTrousers\nShirts\nHats\nGloves\nScarves\nBags\n"
        "Watches\nJewellery\nGarden\nOutlet\nGift cards",
        "This email and any attachments are confidential and intended solely for the use of the individual to "
        "whom they are addressed. If you have received this email in error please notify the sender and delete "
        "it. Any views expressed are those of the author. The company accepts no liability for any damage "
        "caused by any virus transmitted by this email.",
        "Loading... Please wait. Please enable JavaScript to view this page. If the page does not load, refresh "
        "your browser. Error 404: page not found. Return to the homepage or contact support for help with it.",
    ],
)
def test_a_menu_the_footer_of_a_mail_and_a_page_that_failed_to_load_are_refused(text):
    with pytest.raises(refusals.NothingToSummarize, match="boilerplate"):
        refuse(document(text))


def test_a_short_abstract_is_not_refused():
    refuse(document(long_text(1, 6)))
