"""Section B: staying with it."""

from .declaring import Facts, Measure, Row, count, percent

B1 = Measure(
    "B1",
    "Pupils who disengaged early",
    "Pupils whose case ended in the period because they stopped before the taskforce thought they were ready.",
    (Row((count(Facts("pupil", {"disengaged": True}), "pupils"),)),),
)
B2 = Measure(
    "B2",
    "Pupils who refused support",
    "Pupils whose case ended in the period as refused, or whose referral was offered and refused in it; none in A2.",
    (Row((count(Facts("pupil", {"refused": True}), "pupils"),)),),
)
B3 = Measure(
    "B3",
    "Pupils who stayed engaged",
    "Of the pupils in A1, B1 or B2, those in neither B1 nor B2.",
    (Row((percent(Facts("pupil", {"engaged": True}), Facts("pupil", {"offered": True})),)),),
)

MEASURES = (B1, B2, B3)
