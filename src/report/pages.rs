//! The pages of a run in the report page: what the gate found, and shortly what was done to each page.

use super::html::{append, escaped, size};
use crate::deposit::page::PageRecord;
use crate::gate;
use crate::pipeline::{BatchReport, DocumentReport, PageReport};

/// Rows that a browser still shows at once; the JSON has every page.
const MOST_ROWS: usize = 1000;

/// What the gate found, document by document.
pub(super) fn findings(page: &mut String, report: &BatchReport) {
    let found: Vec<&DocumentReport> = report.documents.iter().filter(|row| !row.findings.is_empty()).collect();
    if found.is_empty() {
        return;
    }
    page.push_str("<section><h2>Chất lượng bản quét</h2><table><tr><th>Văn bản</th><th>Nhận xét</th></tr>");
    for row in found {
        let told: Vec<String> = gate::told(&row.findings).iter().map(|text| escaped(text)).collect();
        append(page, format_args!("<tr><td>{}</td><td>{}</td></tr>", escaped(&row.name), told.join("<br>")));
    }
    page.push_str("</table></section>\n");
}

/// A row for each page.
pub(super) fn pages(page: &mut String, report: &BatchReport) {
    page.push_str("<section><details><summary>Từng trang</summary><table><tr><th>Văn bản</th><th>Trang</th><th>Ảnh vào</th><th>Xoay, nắn</th><th>Dấu, chữ ký</th><th>Nền, nét</th></tr>");
    let rows = report.documents.iter().flat_map(|row| row.pages.iter().map(move |page| (row, page)));
    for (row, of) in rows.clone().take(MOST_ROWS) {
        one(page, row, of);
    }
    page.push_str("</table>");
    if let Some(more) = rows.count().checked_sub(MOST_ROWS).filter(|more| *more > 0) {
        append(page, format_args!("<p>Còn {more} trang nữa trong report.json.</p>"));
    }
    page.push_str("</details></section>\n");
}

fn one(page: &mut String, row: &DocumentReport, of: &PageReport) {
    let record = &of.record;
    let picture = &record.came.picture;
    append(
        page,
        format_args!(
            "<tr><td>{}</td><td class=\"number\">{}</td><td>{} {}×{}, {} dpi, {}, {}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            escaped(&row.name),
            of.number.value(),
            picture.encoding,
            picture.width,
            picture.height,
            record.came.dpi.round(),
            picture.color,
            size(picture.bytes),
            turned(record),
            marks(record),
            quality(record),
        ),
    );
}

fn turned(record: &PageRecord) -> String {
    let decided = &record.decided;
    match (decided.blank, decided.turn, decided.deskew) {
        (true, ..) => "trang trắng".to_owned(),
        (_, 0, 0.0) => "giữ nguyên".to_owned(),
        (_, turn, deskew) => format!("xoay {turn}°, nắn {deskew:.2}°"),
    }
}

fn marks(record: &PageRecord) -> String {
    let count = |kind: &str| record.marks.iter().filter(|mark| mark.kind == kind).count();
    let names =
        [("round-seal", "dấu tròn"), ("text-stamp", "dấu chữ"), ("signature", "chữ ký"), ("other", "vết mực màu")];
    let told = names.iter().map(|(kind, name)| (count(kind), name)).filter(|(count, _)| *count > 0);
    told.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

fn quality(record: &PageRecord) -> String {
    let Some(quality) = &record.quality else { return String::new() };
    let strokes = quality
        .contrast
        .zip(quality.edge_inches)
        .map_or(String::new(), |(contrast, edge)| format!(", tương phản {contrast}, mép nét {:.2} mm", edge * 25.4));
    format!("nền {}{strokes}", quality.paper)
}
