"""What definitions must satisfy, as pure functions: scales that rise, terms that no inference lengthens, no circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_RANKS = 8
ASSURANCES = (1, 2, 3)


def lengthens(source_months: int | None, target_months: int | None) -> bool:
    """Whether inferring the target from the source could keep it alive beyond its own term; None is for ever."""
    return target_months is not None and (source_months is None or source_months > target_months)


def are_ranks(levels: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these are 1 to 8 levels with codes of their own, none of which asks less assurance than a lower one."""
    codes = [level.get("code") for level in levels]
    assurances = [level.get("min_assurance", 1) for level in levels]
    return (
        1 <= len(levels) <= MAX_RANKS
        and all(codes)
        and len(set(codes)) == len(codes)
        and all(each in ASSURANCES for each in assurances)
        and assurances == sorted(assurances)
    )


def is_map(ranks: Sequence[int], source_count: int, target_count: int) -> bool:
    """Whether each rank of the source gives one of the target (0 is none), never less for more."""
    known = all(isinstance(rank, int) and 0 <= rank <= target_count for rank in ranks)
    return known and len(ranks) == source_count and list(ranks) == sorted(ranks)


def reaches(start: int, goal: int, steps: Mapping[int, Iterable[int]]) -> bool:
    """Whether steps lead from one competency to another."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        for each in steps.get(here, ()):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return False


def find_circle(steps: Mapping[Any, Sequence[Any]]) -> list[Any]:
    """A circle among the steps, its first member repeated at its end; empty when there is none."""
    state: dict[Any, bool] = {}  # True while on the way down, False when done
    for start in steps:
        if start in state:
            continue
        path, stack = [], [(start, iter(steps.get(start, ())))]
        state[start] = True
        path.append(start)
        while stack:
            here, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                state[here] = False
            elif state.get(following):
                return [*path[path.index(following) :], following]
            elif following not in state:
                state[following] = True
                path.append(following)
                stack.append((following, iter(steps.get(following, ()))))
    return []
