//! What the inventories of an object must have in common (OCFL 1.1, 3.3, 3.5.3 and 3.7).

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::draft::{Draft, VersionDraft};
use super::paths::Paths;
use crate::ocfl::version::VersionNumber;

/// Version numbers, in order, begin at 1, have no gap and one form.
pub(super) fn check_numbers(numbers: &[VersionNumber], label: &str, report: &mut Report) {
    let Some(first) = numbers.first() else { return };
    if first.number() != 1 {
        report.error(9, label, format!("the first version is {first}"));
    }
    for pair in numbers.windows(2) {
        if pair[1].number() != pair[0].number() + 1 {
            report.error(10, label, format!("{} comes after {}", pair[1], pair[0]));
        }
    }
    if first.padding() > 0 {
        report.warn(1, label, "version numbers are zero-padded");
    }
    for other in numbers.iter().filter(|other| other.padding() != first.padding()) {
        if first.padding() > 0 && other.padding() == 0 {
            report.error(11, label, format!("{other} has no leading zero"));
            report.error(13, label, format!("{other} does not follow the form of {first}"));
        } else {
            report.error(12, label, format!("{other} and {first} have different forms"));
        }
    }
}

/// An older inventory, kept in the folder of `version`, against the newest one.
pub(super) fn check_older(older: &Draft, newest: &Draft, version: VersionNumber, report: &mut Report) {
    let label = format!("{version}/inventory.json");
    if older.id != newest.id {
        report.error(37, &label, "another `id` than the newest inventory");
    }
    if older.content_directory() != newest.content_directory() {
        report.error(19, &label, "another `contentDirectory` than the newest inventory");
    }
    for (number, then) in &older.versions {
        match newest.versions.get(number) {
            Some(now) => check_version(&Pair { older, newest, then, now }, *number, &label, report),
            None => report.error(66, &label, format!("the newest inventory has no {number}")),
        }
    }
}

/// A version as an older inventory and as the newest tells it.
struct Pair<'a> {
    older: &'a Draft,
    newest: &'a Draft,
    then: &'a VersionDraft,
    now: &'a VersionDraft,
}

fn check_version(pair: &Pair<'_>, number: VersionNumber, label: &str, report: &mut Report) {
    if !is_same_state(pair) {
        report.error(66, label, format!("the state of {number} is not that of the newest inventory"));
    }
    if pair.then.about != pair.now.about {
        report.warn(11, label, format!("`created`, `message` or `user` of {number} are not those of the newest"));
    }
}

/// The same logical paths with the same bytes. Where the algorithm changed, bytes are the same when
/// every place where the older inventory has them is also one in the newest.
fn is_same_state(pair: &Pair<'_>) -> bool {
    let (then, now) = (by_path(&pair.then.state), by_path(&pair.now.state));
    if !then.keys().eq(now.keys()) {
        return false;
    }
    let same_algorithm = pair.older.algorithm == pair.newest.algorithm;
    then.iter().zip(&now).all(|((_, then), (_, now))| {
        if same_algorithm {
            then.eq_ignore_ascii_case(now)
        } else {
            places(&pair.older.manifest, then).is_subset(&places(&pair.newest.manifest, now))
        }
    })
}

fn by_path(state: &Paths) -> BTreeMap<&str, &str> {
    state.iter().flat_map(|(digest, paths)| paths.iter().map(move |path| (path.as_str(), digest.as_str()))).collect()
}

fn places<'a>(manifest: &'a Paths, digest: &str) -> BTreeSet<&'a str> {
    manifest.get(digest).into_iter().flatten().map(String::as_str).collect()
}
