//! The report of a run, and of the verification of signatures: JSON for machines, one self-contained HTML page for people.
//!
//! In: [`BatchReport`], and what [`verify`](crate::sign::verify()) found. It writes text only and knows no file: thumbnails come through a function.
//! The page is in Vietnamese, its owners' numbers are masked, and it loads nothing from anywhere.

mod check;
mod html;
mod json;
mod pages;
mod signatures;

pub use check::check_json;
pub use html::html;
pub use json::json;
pub use signatures::{Verified, signatures_html, signatures_json};

use crate::pipeline::BatchReport;

/// Pages in a second over the whole run.
fn pages_per_second(report: &BatchReport) -> f64 {
    report.counts().pages as f64 / report.elapsed.as_secs_f64().max(1e-3)
}
