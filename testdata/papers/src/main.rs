//! `papers --seed 1 --count 40 --profile office --out DIR` writes an inbox of sample papers.

use std::path::PathBuf;
use std::process::ExitCode;

use papers::{Inbox, Profile};

const HELP: &str = "\
Writes an inbox of invented scanned Vietnamese papers, with the truth beside it.

Usage: papers --out DIR [--seed N] [--count N] [--profile NAME]

  --out DIR       folder to write DIR/inbox and DIR/truth in
  --seed N        which papers; the same seed gives the same bytes [default: 1]
  --count N       how many documents [default: 40]
  --profile NAME  clean, office, orientation, bench, or faults:KIND with KIND one of
                  turn skew noise specks light show-through border holes blur jpeg
                  resolution bilevel tint fold contrast [default: office]
";

struct Arguments {
    seed: u64,
    count: usize,
    profile: Profile,
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let made = parsed(&arguments).and_then(|Arguments { seed, count, profile, out }| {
        Inbox::write(&out, seed, count, &profile).map_err(|error| error.to_string())
    });
    match made {
        Ok(inbox) => {
            let pages: usize = inbox.documents.iter().map(|document| document.pages.len()).sum();
            println!("{} documents, {pages} pages in {}", inbox.documents.len(), inbox.folder.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn parsed(arguments: &[String]) -> Result<Arguments, String> {
    let (mut seed, mut count, mut profile, mut out) = (1, 40, Profile::Office, None);
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{name} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} wants a number, found `{value}`"));
        match name.as_str() {
            "--seed" => seed = number()?,
            "--count" => count = number()? as usize,
            "--profile" => profile = value.parse().map_err(|error: papers::Error| error.to_string())?,
            "--out" => out = Some(PathBuf::from(value)),
            _ => return Err(format!("{name} is not known; see --help")),
        }
    }
    let out = out.ok_or("--out DIR is missing; see --help")?;
    Ok(Arguments { seed, count, profile, out })
}
