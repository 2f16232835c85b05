"""Names as Flemish people, associations and streets have them; all made up. Frequent ones first, as in life."""

from itertools import product
from random import Random

FIRST_WORDS = (
    "Jan Maria Luc Marc An Peter Els Paul Karel Lucas Emma Noah Louise Liam Olivia Arthur Mila Lotte Fatima Mohamed Tom"
    " Kim Nathalie Dirk Rita Frans Jozef Johan Kristof Sofie Sarah Bart Wim Ingrid Koen Ann Katrien Hilde Bram"
    " Joris Pieter Tine Griet Veerle Lieve Leen Geert Guy Eric Patrick Nicole Monique Martine Christine Annemie Viviane"
    " Youssef Amina Samira Khadija Ahmed Hassan Yusuf Elif Mehmet Aylin Piotr Katarzyna Agnieszka Ion Elena Ioana Maud"
    " Senne Ferre Wout Seppe Stan Warre Lore Fien Nina Elise Élodie Zoë Noé Chloë Anaïs Björn Renée Astrid Ellen Inge"
    " Jef Gust Staf Sus Rik Hugo Walter Etienne Roger André René Gilbert Willy Eddy Freddy Danny Rudy Marleen Magda"
    " Marie-Claire Jean-Pierre Marie-Louise Anne-Marie Jan-Baptist Sven Kevin Jonas Thomas Robbe Jasper Ruben Simon"
)
FIRST = FIRST_WORDS.split()
LAST_WORDS = (
    "Peeters;Janssens;Maes;Jacobs;Mertens;Willems;Claes;Goossens;Wouters;De Smedt;Van den Berghe;Hermans;Smets;"
    "Van Damme;De Clercq;Aerts;Hendrickx;Desmet;Dubois;Cools;Michiels;Lambrechts;El Amrani;Lemmens;Verhoeven;D'Hondt;"
    "De Backer;Van den Broeck;Verstraeten;Bogaerts;Van de Velde;Thys;Segers;Lauwers;Raes;Pauwels;Martens;De Vos;Smet;"
    "Coppens;Baert;Declercq;De Wilde;Van Hove;Verheyen;Yilmaz;Bouazza;Nowak;Vandenberghe;Popescu;Kowalski;Ben Ali;"
    "Van Rompaey;Stevens;Wauters;Bosmans;Timmermans;Dierckx;Van Looy;Geerts;Verbruggen;Cuypers;Moens;Vandeput"
)
LAST = LAST_WORDS.split(";")
BEFORE = ("", "Van ", "Van de ", "Van den ", "De ", "Ver", "Vander", "Op de ")
ROOTS_WORDS = (
    "beek berg bos broek brug dam dijk donk eik els gast geer hage ham heide heuvel hof hol hout kamp kerk kool kouter"
    " laan land leem linde loo mael meer meir meulen moer moor mortel perre poel putte rode schoor sluis steen stock"
    " straet velde venne vliet voort water weyer wiele wouwer zande zype bergh boom bulck cauwen coster cruys"
    " graef haen keyser kinder ketel pelt raedt ridder schepper schuer slagh smed vogel wael weert wyn zutter"
)
ROOTS = ROOTS_WORDS.split()
AFTER = ("", "s", "mans", "aert", "inck", "aers", "ckx", "en", "ers", "hove", "ghem", "el")
STREETS = ("straat", "laan", "lei", "weg", "steenweg", "plein", "dreef", "baan", "hof", "pad")
STREET_ROOTS_WORDS = (
    "Statie;Kerk;School;Molen;Linden;Eiken;Beuken;Deurne;Edegemse;Antwerpse;Liersen;Krijgs;Eggestra;Osy;Drab;Vrede;"
    "Roderveld;Ter Varent;Sint-Benedictus;Jan Van Rijswijck;Dieseghem;Cornelis De Herdt;Koning Albert;Heilig-Kruis;"
    "Meidoorn;Populieren;Wilgen;Acacia;Berken;Rozen;Tulpen;Lelie;Merel;Vinken;Zwaluw;Leeuwerik;Hoeve;Veld;Bos;Beek"
)
STREET_ROOTS = STREET_ROOTS_WORDS.split(";")
TOWNS = (("2640", "Mortsel"), ("2640", "Mortsel"), ("2640", "Mortsel"), ("2650", "Edegem"), ("2018", "Antwerpen"))
ASSOCIATIONS_WORDS = (
    "KSA;Chiro;Scouts;KWB;Femma;Okra;Natuurpunt;Toneelkring;Harmonie;Fotoclub;Turnkring;Wandelclub;Petanqueclub;"
    "Volleybalclub;Buurtcomité;Oudercomité;Kunstkring;Schaakclub;Zangkoor;Wielerclub;Judoclub;Bridgeclub;Imkersbond"
)
ASSOCIATIONS = ASSOCIATIONS_WORDS.split(";")

RARE = [f"{before}{root.capitalize() if before.endswith(' ') or not before else root}{after}"
        for before, root, after in product(BEFORE, ROOTS, AFTER)]  # fmt: skip


class Town:
    """Draws the same people every time, for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = Random(seed)  # noqa: S311  not for secrets
        self.streets = [f"{root}{kind}" for root, kind in product(STREET_ROOTS, STREETS)]

    def frequent(self, names: list[str]) -> str:
        """The first of the list far more often than the last."""
        return names[min(int(self.random.paretovariate(0.7)) - 1, len(names) - 1)]

    def first(self) -> str:
        return self.random.choice(FIRST) if self.random.random() < 0.7 else self.frequent(FIRST)

    def last(self) -> str:
        """Half of the people have one of the frequent names, the others one of some eight thousand, or of two."""
        chance = self.random.random()
        if chance < 0.5:
            return self.random.choice(LAST)
        rare = self.random.choice(RARE)
        return rare if chance < 0.92 else f"{rare}-{self.random.choice(LAST)}"

    def person(self) -> str:
        return f"{self.first()} {self.last()}"

    def association(self) -> str:
        kind, about = self.random.choice(ASSOCIATIONS), self.random.choice(RARE)
        return f"{kind} {about}{self.random.choice((' vzw', ' vzw', '', ' Mortsel'))}"

    def address(self) -> dict[str, str]:
        postcode, town = self.random.choice(TOWNS)
        number = str(self.random.randint(1, 250)) + ("A" if self.random.random() < 0.05 else "")
        return {"street": self.random.choice(self.streets), "number": number, "postcode": postcode, "town": town}

    def phone(self) -> str:
        if self.random.random() < 0.3:
            return f"+323{self.random.randint(4_400_000, 4_599_999)}"
        return f"+324{self.random.choice((7, 8, 9))}{self.random.randint(0, 9_999_999):07d}"
