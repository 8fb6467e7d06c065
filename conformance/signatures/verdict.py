"""What a judge says of a file, in the words of EN 319 102-1."""

from dataclasses import dataclass, field


@dataclass
class Verdict:
    # valid, indeterminate or invalid; error where the judge could not read the file, unsigned where it saw no signature.
    indication: str
    # Level of each signature that is no document time-stamp, first signature first, where the judge tells it: B-B, B-T, B-LT, B-LTA.
    levels: list = field(default_factory=list)
    # Why it is not valid: words of attacks.REASONS.
    reasons: set = field(default_factory=set)
    # What the judge said itself.
    text: str = ""

    @property
    def is_valid(self):
        return self.indication == "valid"

    def __str__(self):
        because = f" because of {', '.join(sorted(self.reasons))}" if self.reasons else ""
        return f"{self.indication} {' '.join(self.levels)}{because}: {' '.join(self.text.split())[:300]}"
