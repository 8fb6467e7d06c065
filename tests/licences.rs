//! Everything that is built in may be built in: each package's licence is one of those that `deny.toml` allows.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::Command;

use serde_json::Value;

#[test]
fn every_package_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    let faults: Vec<String> = packages()
        .iter()
        .filter(|package| !is_allowed(package["license"].as_str().unwrap_or_default(), &allowed))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(faults.is_empty(), "not allowed by deny.toml:\n{}", faults.join("\n"));
}

fn allowed() -> Vec<String> {
    let deny: toml::Table =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap().parse().unwrap();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    allowed.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// The packages of the lock file, as cargo describes them.
fn packages() -> Vec<Value> {
    let ran = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let metadata: Value = serde_json::from_slice(&ran.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Judges an SPDX expression: one of the alternatives of each OR, all parts of each AND. Old packages write `/` for OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    alternatives(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn alternatives(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut any = parts(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        any |= parts(words, allowed);
    }
    any
}

fn parts(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut all = part(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        all &= part(words, allowed);
    }
    all
}

fn part(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let inner = alternatives(words, allowed);
        return words.next() == Some(")") && inner;
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence)
}

#[test]
fn expressions_are_judged_as_spdx_means_them() {
    let allowed = ["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND GPL-2.0", false),
        ("(GPL-3.0 OR Apache-2.0 WITH LLVM-exception) AND MIT", true),
        ("", false),
        ("MIT MIT", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}
