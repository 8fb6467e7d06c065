"""Reads a veraPDF report: one line a file, the broken clauses under it, and the exit status.

    verdict.py REPORT FILES_EXPECTED
"""

import sys
import xml.etree.ElementTree as ElementTree


def broken_clauses(job):
    for rule in job.iter("rule"):
        if rule.get("status") == "failed":
            yield f"{rule.get('clause')} test {rule.get('testNumber')}: {rule.findtext('description', '').strip()}"
            for check in rule.iter("check"):
                yield f"  at {check.findtext('context', '').strip()}"
                message = check.findtext("errorMessage", "").strip()
                if message:
                    yield f"  {message}"


def main(report, expected):
    try:
        jobs = list(ElementTree.parse(report).iter("job"))
    except ElementTree.ParseError as error:
        print(f"veraPDF wrote no report: {error}", file=sys.stderr)
        return 2
    good = 0
    for job in jobs:
        name = job.findtext("item/name", "?")
        verdict = job.find("validationReport")
        valid = verdict is not None and verdict.get("isCompliant") == "true"
        good += valid
        print(f"{'valid  ' if valid else 'INVALID'} {name}")
        if verdict is None:
            print(f"    not judged: {job.findtext('.//exceptionMessage', 'no report')}")
        elif not valid:
            for line in broken_clauses(job):
                print(f"    {line}")
    print(f"{good} of {expected} valid")
    return 0 if good == expected == len(jobs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
