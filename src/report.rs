//! The report of a run: JSON for machines, one self-contained HTML page for people.
//!
//! In: [`BatchReport`]. It writes text only and knows no file: thumbnails come through a function.
//! The page is in Vietnamese, its owners' numbers are masked, and it loads nothing from anywhere.

mod check;
mod html;
mod json;
mod pages;

pub use check::check_json;
pub use html::html;
pub use json::json;

use crate::pipeline::BatchReport;

/// Pages in a second over the whole run.
fn pages_per_second(report: &BatchReport) -> f64 {
    report.counts().pages as f64 / report.elapsed.as_secs_f64().max(1e-3)
}
