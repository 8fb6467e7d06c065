//! The report as one HTML page.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{pages, pages_per_second};
use crate::intake::Note;
use crate::ocr::TextKind;
use crate::pipeline::{BatchReport, Blame, DocumentReport, Outcome};
use crate::review::HeldId;
use crate::vn::document_type::DocumentType;

pub(super) const STYLE: &str = include_str!("style.css");

/// The page; `thumbnail` gives a JPEG of a held document's first page.
#[must_use]
pub fn html(report: &BatchReport, thumbnail: &dyn Fn(&HeldId) -> Option<Vec<u8>>) -> String {
    let mut page = String::with_capacity(1 << 16);
    page.push_str("<!doctype html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    append(
        &mut page,
        format_args!("<title>Báo cáo số hóa {}</title>\n<style>\n{STYLE}</style>\n", report.started.vietnam()),
    );
    header(&mut page, report);
    counts(&mut page, report);
    stages(&mut page, report);
    held(&mut page, report, thumbnail);
    failed(&mut page, report);
    pages::findings(&mut page, report);
    documents(&mut page, report);
    pages::pages(&mut page, report);
    notes(&mut page, report);
    left(&mut page, report);
    page.push_str("</html>\n");
    page
}

fn header(page: &mut String, report: &BatchReport) {
    let cut = if report.interrupted { " · <strong>bị dừng giữa chừng</strong>" } else { "" };
    append(
        page,
        format_args!(
            "<header><h1>Báo cáo số hóa</h1><p>Bắt đầu {} · {} · {:.2} trang/giây{cut}</p></header>\n",
            report.started.vietnam(),
            spoken(report.elapsed.as_secs()),
            pages_per_second(report),
        ),
    );
}

fn counts(page: &mut String, report: &BatchReport) {
    let counts = report.counts();
    page.push_str("<section class=\"counts\">");
    for (class, number, label) in [
        ("all", report.documents.len(), "văn bản"),
        ("all", counts.pages, "trang"),
        ("good", counts.deposited, "đã lưu kho"),
        ("good", counts.already, "đã có trong kho"),
        ("wait", counts.held, "chờ người duyệt"),
        ("wait", counts.rejected, "đã bị từ chối"),
        ("bad", counts.failed, "lỗi"),
        ("wait", counts.postponed, "chưa làm được, làm lại sau"),
        ("bad", report.left.len(), "tệp không nhận"),
    ] {
        append(page, format_args!("<div class=\"{class}\"><b>{number}</b>{label}</div>"));
    }
    page.push_str("</section>\n");
}

fn stages(page: &mut String, report: &BatchReport) {
    let rows = report.times().rows();
    let longest = rows.iter().map(|(_, time)| time.as_secs_f64()).fold(1e-9, f64::max);
    page.push_str("<section><h2>Thời gian từng công đoạn</h2><table class=\"stages\">");
    for (name, time) in rows {
        let seconds = time.as_secs_f64();
        let width = seconds / longest * 100.0;
        append(
            page,
            format_args!(
                "<tr><th>{}</th><td><i style=\"width:{width:.1}%\"></i></td><td class=\"number\">{seconds:.2} s</td></tr>",
                stage_label(name),
            ),
        );
    }
    page.push_str("</table></section>\n");
}

fn held(page: &mut String, report: &BatchReport, thumbnail: &dyn Fn(&HeldId) -> Option<Vec<u8>>) {
    let held: Vec<_> = report
        .documents
        .iter()
        .filter_map(|row| match &row.outcome {
            Outcome::Held { id, reasons } => Some((row, id, reasons)),
            _ => None,
        })
        .collect();
    if held.is_empty() {
        return;
    }
    page.push_str("<section><h2>Chờ người duyệt</h2><div class=\"cards\">");
    for (row, id, reasons) in held {
        page.push_str("<article>");
        if let Some(jpeg) = thumbnail(id) {
            append(
                page,
                format_args!("<img alt=\"trang 1\" src=\"data:image/jpeg;base64,{}\">", STANDARD.encode(&jpeg)),
            );
        }
        append(page, format_args!("<h3>{}</h3><p><code>sohoa review show {id}</code></p><ul>", escaped(&row.name)));
        for reason in reasons {
            append(page, format_args!("<li>{}</li>", escaped(&reason.text())));
        }
        page.push_str("</ul></article>");
    }
    page.push_str("</div></section>\n");
}

fn failed(page: &mut String, report: &BatchReport) {
    let failed: Vec<_> = report
        .documents
        .iter()
        .filter_map(|row| match &row.outcome {
            Outcome::Failed(error) => Some((row, error)),
            _ => None,
        })
        .collect();
    if failed.is_empty() {
        return;
    }
    page.push_str(
        "<section><h2>Lỗi</h2><table><tr><th>Văn bản</th><th>Công đoạn</th><th>Lỗi</th><th>Việc cần làm</th></tr>",
    );
    for (row, error) in failed {
        append(
            page,
            format_args!(
                "<tr class=\"bad\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(&row.name),
                stage_label(error.stage()),
                escaped(&error.story()),
                escaped(&error.hint().unwrap_or_default()),
            ),
        );
    }
    page.push_str("</table></section>\n");
}

fn documents(page: &mut String, report: &BatchReport) {
    page.push_str("<section><h2>Tất cả văn bản</h2><table><tr><th>Văn bản</th><th>Loại</th><th>Số, ký hiệu</th><th>Trang</th><th>Dung lượng</th><th>Kết quả</th></tr>");
    for row in &report.documents {
        document(page, row);
    }
    page.push_str("</table></section>\n");
}

fn document(page: &mut String, row: &DocumentReport) {
    let (class, result) = match &row.outcome {
        Outcome::Deposited(receipt) => ("good", format!("đã lưu kho <code>{}</code>", escaped(&receipt.path))),
        Outcome::AlreadyDeposited(receipt) => {
            ("good", format!("đã có trong kho <code>{}</code>", escaped(&receipt.path)))
        }
        Outcome::Held { id, .. } => ("wait", format!("chờ duyệt <code>{id}</code>")),
        Outcome::Rejected { reason, .. } => ("wait", format!("đã bị từ chối: {}", escaped(reason))),
        Outcome::Failed(error) if error.blame() == Blame::Surroundings => {
            ("wait", format!("chưa làm được ở {}, làm lại sau", stage_label(error.stage())))
        }
        Outcome::Failed(error) => ("bad", format!("lỗi ở {}", stage_label(error.stage()))),
    };
    let document_type =
        row.document_type.map_or("", |code| DocumentType::from_code(code).map_or(code, DocumentType::name));
    let out = row.bytes_out.map_or(String::new(), |bytes| format!(" → {}", size(bytes)));
    append(
        page,
        format_args!(
            "<tr class=\"{class}\"><td>{}{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}{out}</td><td>{result}</td></tr>\n",
            escaped(&row.name),
            remarks(row),
            escaped(document_type),
            escaped(row.number.as_deref().unwrap_or_default()),
            page_count(row),
            size(row.bytes_in),
        ),
    );
}

fn notes(page: &mut String, report: &BatchReport) {
    let rows: Vec<_> = report.documents.iter().filter(|row| !row.notes.is_empty()).collect();
    if rows.is_empty() {
        return;
    }
    page.push_str("<section><h2>Lưu ý khi tiếp nhận</h2><table><tr><th>Văn bản</th><th>Lưu ý</th></tr>");
    for row in rows {
        let notes: Vec<String> = told(&row.notes).iter().map(|note| escaped(note)).collect();
        append(page, format_args!("<tr><td>{}</td><td>{}</td></tr>", escaped(&row.name), notes.join("<br>")));
    }
    page.push_str("</table></section>\n");
}

fn told(notes: &[Note]) -> Vec<String> {
    let (others, assumed) = Note::grouped(notes);
    let mut told: Vec<String> = others.iter().map(|note| note.text()).collect();
    if let Some((first, more)) = assumed {
        told.push(first.text());
        told.extend((more > 0).then(|| format!("và {more} trang khác cũng vậy")));
    }
    told
}

/// Signed originals, and pages whose text is the file's own, below a document's name.
fn remarks(row: &DocumentReport) -> String {
    let originals =
        row.originals.iter().map(|(file, verdict)| format!("bản gốc đã ký số {file}: {}", verdict.vietnamese));
    let of = |kind| row.pages.iter().filter(|page| page.source.kind == kind).count();
    let kinds = [TextKind::File, TextKind::Both].map(|kind| (kind, of(kind)));
    let texts =
        kinds.iter().filter(|(_, pages)| *pages > 0).map(|(kind, pages)| format!("{pages} trang: {}", kind.text()));
    let all = originals.chain(texts);
    all.fold(String::new(), |all, remark| all + "<br><small>" + &escaped(&remark) + "</small>")
}

/// How many pages; and those of the input that are set aside, with why.
fn page_count(row: &DocumentReport) -> String {
    let count = row.pages.len();
    if row.set_aside.is_empty() {
        return count.to_string();
    }
    let aside: Vec<String> =
        row.set_aside.iter().map(|aside| format!("trang {}: {}", aside.page.value(), aside.reason.text())).collect();
    format!("{count}<br><small>để riêng: {}</small>", aside.join(", "))
}

fn left(page: &mut String, report: &BatchReport) {
    if report.left.is_empty() {
        return;
    }
    page.push_str("<section><h2>Tệp không nhận</h2><table><tr><th>Tệp</th><th>Lý do</th></tr>");
    for (name, reason) in &report.left {
        append(page, format_args!("<tr><td>{}</td><td>{}</td></tr>", escaped(name), escaped(reason)));
    }
    page.push_str("</table></section>\n");
}

fn stage_label(stage: &str) -> &str {
    match stage {
        "intake" => "Tiếp nhận",
        "preprocess" => "Xử lý ảnh",
        "ocr" => "Nhận dạng",
        "describe" => "Phân loại, bóc tách",
        "review" => "Duyệt",
        "pdfa" => "Tạo PDF/A",
        "sign" => "Ký số",
        "deposit" => "Lưu kho",
        other => other,
    }
}

/// Writing to a string cannot fail.
pub(super) fn append(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(text);
}

fn spoken(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} giây"),
        (0, minutes, seconds) => format!("{minutes} phút {seconds} giây"),
        (hours, minutes, _) => format!("{hours} giờ {minutes} phút"),
    }
}

pub(super) fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::{Dpi, PageNumber};

    #[test]
    fn names_cannot_break_out_of_the_page() {
        assert_eq!(escaped("<a href='x'>&"), "&lt;a href=&#39;x&#39;&gt;&amp;");
    }

    #[test]
    fn many_pages_without_a_resolution_are_one_remark() {
        let dpi = Dpi::new(300.0).expect("in range");
        let assumed = |page| Note::ResolutionAssumed { page: PageNumber::at_index(page), dpi };
        assert_eq!(told(&[assumed(0)]), ["trang 1: tệp không ghi độ phân giải, tạm lấy 300 dpi"]);
        let repaired = Note::Repaired { file: "a.pdf".to_owned() };
        let notes = told(&[assumed(0), repaired, assumed(1), assumed(2)]);
        assert_eq!(notes[0], "a.pdf: cấu trúc tệp bị hỏng, đã khôi phục khi đọc");
        assert_eq!(notes[2..], ["và 2 trang khác cũng vậy"]);
    }

    #[test]
    fn durations_and_sizes_are_readable() {
        assert_eq!(spoken(59), "59 giây");
        assert_eq!(spoken(3_725), "1 giờ 2 phút");
        assert_eq!(size(1_500), "2 KB");
        assert_eq!(size(2_500_000), "2.5 MB");
    }
}
