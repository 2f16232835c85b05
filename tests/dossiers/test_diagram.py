"""The drawing of a process: every status once, every step once, nothing on top of one another."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dossiers.diagram import HEIGHT, WIDTH, Node, draw

NODES = [Node("a", "Ontvangen", "received"), Node("b", "Ontvankelijk", "admissible"), Node("c", "Klaar", "completed")]


def test_statuses_stand_from_left_to_right_in_the_order_of_the_steps() -> None:
    diagram = draw(NODES, [("a", "b", "Aanvaarden"), ("b", "c", "Afwerken")])
    assert [box.node.key for box in sorted(diagram.boxes, key=lambda box: box.x)] == ["a", "b", "c"]
    assert [arrow.title for arrow in diagram.arrows] == [
        "Ontvangen → Ontvankelijk: Aanvaarden",
        "Ontvankelijk → Klaar: Afwerken",
    ]
    assert not any(arrow.backwards for arrow in diagram.arrows)


def test_a_step_back_is_drawn_as_one_and_the_drawing_makes_room() -> None:
    forth = draw(NODES, [("a", "b", "Vragen")])
    back = draw(NODES, [("a", "b", "Vragen"), ("b", "a", "Antwoord")])
    assert [arrow.backwards for arrow in back.arrows] == [False, True]
    assert back.height > forth.height


def test_a_draft_without_statuses_or_with_a_step_to_nowhere_can_be_drawn() -> None:
    assert draw([], []).boxes == []
    assert draw(NODES, [("a", "nergens", "Weg")]).arrows == []


def test_a_long_name_takes_two_lines_at_most() -> None:
    (box,) = draw([Node("a", "Wacht op het advies van de brandweer en de politie", "in_progress")], []).boxes
    assert len(box.lines) == 2


keys = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)


@given(keys, st.data())
def test_every_status_has_a_place_of_its_own_within_the_drawing(names: list[str], data: st.DataObject) -> None:
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    steps = data.draw(st.lists(pairs, max_size=20)) if len(names) > 1 else []
    diagram = draw([Node(name, name, "") for name in names], [(source, target, "x") for source, target in steps])
    assert {box.node.key for box in diagram.boxes} == set(names)
    assert all(0 <= box.x <= diagram.width - WIDTH and 0 <= box.y <= diagram.height - HEIGHT for box in diagram.boxes)
    for one, other in combinations(diagram.boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
