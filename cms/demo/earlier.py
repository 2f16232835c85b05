"""Meldingen that were finished weeks and months ago, and how satisfied people were: there are figures to look at."""

from dataclasses import dataclass

Scores = tuple[int | None, int | None, int | None]
"""The result, how fast, how we treated you: 1 to 5, or None where the question does not apply."""


@dataclass(frozen=True)
class Finished:
    """``age`` is in working days before today; ``days`` is how many working days it took."""

    age: int
    days: int
    kind: str
    subject: str
    place: str
    name: str
    said: str
    scores: Scores | None = None
    remark: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}.{self.name.split()[-1].lower()}@burger.example"


EARLIER = (
    Finished(101, 9, "wegdek-voetpad-of-fietspad", "Tegels liggen los", "Eggestraat 30, Mortsel", "Ingrid Baeten",
             "We hebben de tegels opnieuw gelegd.", (4, 4, 5)),
    Finished(97, 4, "sluikstort-of-zwerfvuil", "Oude zetel op het voetpad", "Krijgsbaan 14, Mortsel", "Luc Hendrickx",
             "We hebben de zetel opgehaald.", (5, 5, 5), "Snel opgelost, bedankt."),
    Finished(93, 17, "groen-en-bomen", "Struiken voor het kruispunt", "Drabstraat 51, Mortsel", "Nadia Bouchra",
             "We hebben de struiken gesnoeid.", (4, 2, 4), "Het duurde lang voor er iemand kwam."),
    Finished(88, 12, "verlichting", "Lamp knippert", "Osylei 12, Mortsel", "Frans Lauwers",
             "De netbeheerder heeft de lamp vervangen.", (4, 3, 4)),
    Finished(83, 6, "verkeersborden", "Paaltje is omver gereden", "Statielei 44, Mortsel", "Kim Segers",
             "We hebben een nieuw paaltje gezet.", (5, 4, None)),
    Finished(79, 5, "iets-anders", "Vuilnisbak zit altijd vol", "Stadsplein, Mortsel", "Pieter Cools",
             "We maken deze vuilnisbak nu elke dag leeg.", (5, 5, 4)),
    Finished(74, 8, "wegdek-voetpad-of-fietspad", "Verzakte riolering", "Deurnestraat 118, Mortsel", "Samira Azzouzi",
             "We hebben het deksel recht gezet.", (3, 4, 4)),
    Finished(58, 3, "sluikstort-of-zwerfvuil", "Banden in de gracht", "Vredebaan 80, Mortsel", "Guido Maris",
             "We hebben de banden weggehaald.", (5, 5, 5)),
    Finished(52, 11, "groen-en-bomen", "Tak hangt op de stroomdraad", "Roderveldlaan 9, Mortsel", "Els Bogaerts",
             "De netbeheerder heeft de tak weggenomen.", (4, 3, 5)),
    Finished(46, 15, "verlichting", "Drie lampen branden niet", "Edegemsestraat 101, Mortsel", "Tomasz Nowak",
             "De netbeheerder heeft de kabel hersteld. De lampen branden opnieuw.", (4, 2, 4),
             "Ik wist niet hoelang het nog ging duren."),
    Finished(41, 6, "wegdek-voetpad-of-fietspad", "Gat naast het zebrapad", "Antwerpsestraat 60, Mortsel",
             "Chantal Raes", "We hebben het gat gevuld.", (5, 4, 5)),
    Finished(37, 7, "verkeersborden", "Straatnaambord is weg", "Ter Varentstraat 1, Mortsel", "Wout Aertsen",
             "Het nieuwe bord hangt.", (5, 4, 4), "Heel duidelijk dat je kon volgen hoe ver het stond."),
    Finished(30, 5, "iets-anders", "Fontein spuit op het voetpad", "Stadsplein, Mortsel", "Monique Leys",
             "We hebben de straal lager gezet.", (4, 4, 5)),
    Finished(26, 4, "sluikstort-of-zwerfvuil", "Glas op het fietspad", "Liersesteenweg 77, Mortsel", "Ayoub Idrissi",
             "We hebben het fietspad geveegd.", None),
)  # fmt: skip
"""Oldest first. Not everybody answers."""
