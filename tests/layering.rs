//! The order of the house: a module imports only from rows above its own, and each
//! outside crate is known to the modules that own its standard and to no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the foundation up; modules of one row are blind to one another.
const ROWS: &[&[&str]] = &[
    &["base"],
    &["vn"],
    &["raster", "barcode", "pdf", "pki", "ocfl"],
    &["intake", "scanner"],
    &["preprocess"],
    &["ocr"],
    &["gate"],
    &["classify"],
    &["describe"],
    &["review"],
    &["pdfa"],
    &["sign"],
    &["deposit"],
    &["catalog"],
    &["config"],
    &["pipeline"],
    &["report"],
    &["cli"],
];

/// Outside crates and the places that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("image", &["raster"]),
    ("tiff", &["raster"]),
    ("fax", &["raster"]),
    ("jpeg_encoder", &["raster"]),
    ("rqrr", &["barcode"]),
    ("hayro", &["pdf", "intake"]),
    ("hayro_jbig2", &["raster"]),
    ("hayro_ccitt", &["raster"]),
    ("hayro_jpeg2000", &["raster"]),
    ("lopdf", &["pdf", "pdfa", "sign", "intake"]),
    ("tesseract_rs", &["ocr"]),
    // OCFL asks for digests of its own choice in the fixity of foreign archives.
    ("ring", &["pki", "base", "ocfl"]),
    ("x509_parser", &["pki"]),
    ("sha2", &["pki"]),
    ("sha3", &["pki"]),
    ("p256", &["pki"]),
    ("p384", &["pki"]),
    ("p521", &["pki"]),
    ("num_bigint", &["pki"]),
    ("aes", &["pki"]),
    ("cbc", &["pki"]),
    ("des", &["pki"]),
    ("rc2", &["pki"]),
    ("cryptoki", &["pki"]),
    ("cryptoki_sys", &["pki"]),
    ("ureq", &["pki", "scanner"]),
    ("rusqlite", &["catalog"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
];

#[test]
fn modules_import_only_from_rows_above_their_own() {
    let faults: Vec<String> = sources().iter().flat_map(upward_imports).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn outside_crates_are_known_only_to_their_owners() {
    let mut faults = Vec::new();
    for source in sources() {
        for (outside, owners) in OWNERS {
            if !source.is_test() && source.names_crate(outside) && !owners.contains(&source.module.as_str()) {
                faults.push(format!("{} names `{outside}`, which only {owners:?} may", source.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_module_has_a_head_and_stands_beside_its_folder() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{} has no module head", source.path.display());
        assert!(!source.path.ends_with("mod.rs"), "{} should stand beside its folder", source.path.display());
    }
}

#[test]
fn unsafe_code_stands_in_one_file() {
    let allowing = sources().into_iter().filter(|source| source.text.contains("unsafe_code"));
    let files: Vec<PathBuf> = allowing.map(|source| source.path).collect();
    assert!(matches!(files.as_slice(), [file] if file.ends_with("pki/pkcs11/raw.rs")), "{files:?}");
}

#[test]
fn every_module_has_its_row() {
    let rows: BTreeSet<&str> = ROWS.iter().flat_map(|row| row.iter().copied()).collect();
    let found: BTreeSet<String> = sources().into_iter().map(|source| source.module).collect();
    let found: BTreeSet<&str> =
        found.iter().map(String::as_str).filter(|name| !["lib", "main"].contains(name)).collect();
    assert_eq!(rows, found);
}

#[test]
fn the_test_itself_sees_an_upward_import() {
    let source = Source {
        module: "describe".to_owned(),
        path: PathBuf::from("src/describe.rs"),
        text: "use crate::pdfa::PdfA;\nuse crate::{base::units, review};".to_owned(),
    };
    assert_eq!(upward_imports(&source).len(), 2);
}

struct Source {
    module: String,
    path: PathBuf,
    text: String,
}

impl Source {
    /// The code without comment lines and without the unit tests at its end.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// Files that are compiled for tests only: they may draw pictures and make files to be judged.
    fn is_test(&self) -> bool {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        ["tests", "samples", "testing", "drawn", "real"].contains(&stem.as_str())
            || self.path.components().any(|part| part.as_os_str() == "tests")
    }

    fn names_crate(&self, name: &str) -> bool {
        let code = self.code();
        let is_path = |at: usize| {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            !before.is_alphanumeric() && !"_:.".contains(before)
        };
        code.match_indices(&format!("{name}::")).any(|(at, _)| is_path(at))
    }
}

fn upward_imports(source: &Source) -> Vec<String> {
    let Some(own) = row_of(&source.module).filter(|_| !source.is_test()) else { return Vec::new() };
    let above = |name: &String| row_of(name).is_some_and(|row| row >= own && *name != source.module);
    let fault = |name: String| format!("`{}` imports `{name}` ({})", source.module, source.path.display());
    crate_paths(&source.code()).into_iter().filter(above).map(fault).collect()
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// First words of every `crate::…` path, groups in braces included.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(top_level_words(group)),
            None => names.extend(first_word(rest)),
        }
    }
    names
}

fn top_level_words(group: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut depth, mut item) = (0, String::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.extend(first_word(&std::mem::take(&mut item))),
            _ => {}
        }
        if letter != ',' || depth > 0 {
            item.push(letter);
        }
    }
    words.extend(first_word(&item));
    words
}

fn first_word(path: &str) -> Option<String> {
    let word: String =
        path.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!word.is_empty()).then_some(word)
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    collect(&root, &root, &mut sources);
    assert!(sources.len() > 20, "the sources were found");
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root).expect("below the root");
            let first = below.components().next().expect("not empty").as_os_str().to_string_lossy().into_owned();
            let module = first.trim_end_matches(".rs").to_owned();
            sources.push(Source { module, text: fs::read_to_string(&path).expect("readable"), path });
        }
    }
}
