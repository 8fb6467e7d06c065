"""Bad files: each made from a good one, with its class, how it was made, and the verdict that is right.

A verdict is `invalid` or `indeterminate` (EN 319 102-1, 5.1.3); where the standard leaves the choice, both are right (`REFUSED`).
A reason is one of REASONS; a refusal for another reason is no proof that the attack was seen.
"""

from attacks import hostile, structure, trust, values
from attacks.workshop import REASONS, Bad, Workshop

CLASSES = {
    "signature wrapping": structure.wrapping,
    "universal forgery": structure.universal_forgery,
    "incremental saving": structure.incremental_saving,
    "shadow": structure.shadow,
    "certification": structure.certification,
    "gap": structure.gaps,
    "appended": structure.appended,
    "duplicates": structure.duplicates,
    "flipped byte": structure.flipped,
    "value": values.values,
    "malformed value": values.malformed,
    "signer": trust.signers,
    "time-stamp": trust.stamps,
    "status": trust.stores,
    "hostile": hostile.hostile,
}


def bad_files(authority):
    """Every bad file."""
    shop = Workshop(authority)
    for kind, make in CLASSES.items():
        for name, how, data, verdict, reasons, *rest in make(shop):
            unknown = set(reasons.split()) - set(REASONS)
            if unknown:
                raise ValueError(f"{name}: {unknown}")
            yield Bad(name, kind, how, data, verdict, set(reasons.split()), "offline" in rest)
