"""Raised and lowered letters in plain text, where no markup can be: 10⁹ must never become 109."""

SUPERSCRIPT = dict(zip("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ", strict=True))
SUBSCRIPT = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def raised(text: str) -> str:
    """Text as superscript: real superscript letters where they exist, otherwise after a caret."""
    return shifted(text, SUPERSCRIPT, "^")


def lowered(text: str) -> str:
    return shifted(text, SUBSCRIPT, "_")


def shifted(text: str, letters: dict[str, str], mark: str) -> str:
    text = text.strip()
    if not text or all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def shortened(text: str, length: int) -> str:
    """Text of at most `length` characters, cut between words and marked with an ellipsis."""
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"


def shortened_inside(text: str, length: int) -> str:
    """The same, cut in the middle: titles in a book often begin alike and differ at their end."""
    if len(text) <= length:
        return text
    tail = text[-(length // 2) :].partition(" ")[2]
    head = text[: length - len(tail) - 3].rpartition(" ")[0].rstrip(" ,;:–-")
    return f"{head} … {tail}" if head and tail else shortened(text, length)
