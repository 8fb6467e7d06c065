//! Reading order of two-column heads and feet.
//!
//! Decree 30/2020, Appendix I, sets the issuer on the left of the national title and its motto, and the recipients on
//! the left of the signature. Tesseract reads straight across both. Here their lines are cut at the gutter, and the
//! left column is read before the right one. Anything else stays as Tesseract has it: tables and forms are read by rows.

use super::layout::around;
use super::letters::folded;
use super::text::Line;

/// The national title and its motto, folded.
const TITLE: [&str; 8] = ["cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam"];
const MOTTO: [&str; 6] = ["doc", "lap", "tu", "do", "hanh", "phuc"];

/// How the list of recipients begins, folded.
const RECIPIENTS: [&str; 2] = ["noi", "nhan"];

/// So many words of a title must be in their place, as recognition makes mistakes.
const TITLE_MATCHES: usize = 4;

/// A head is at most so many line heights deep: seven rows.
const HEAD_DEPTH: f32 = 16.0;

/// The middle of a right column is right of this part of the page's width; at two thirds by the Decree.
const COLUMN_CENTER: f32 = 0.57;

/// Blocks of cut columns are numbered from here, beyond what a page has, until the page is numbered anew.
const HEAD_BLOCK: u32 = u32::MAX - 3;
const FOOT_BLOCK: u32 = u32::MAX - 1;

/// Where the right column begins, and which line tells.
struct Gutter {
    /// Index of the line.
    line: usize,
    /// Where that very line is cut: index of its first word on the right.
    cut: Option<usize>,
    /// Least x of the right column.
    x: f32,
    /// How far down the columns may go, in pixels.
    depth: f32,
    block: u32,
}

/// Where a line lies.
enum Side {
    Left(Line),
    Right(Line),
    Both(Line, Line),
    Across,
}

/// The same lines, heads and feet cut into columns; `width` is the page's, in pixels.
pub(super) fn in_reading_order(lines: Vec<Line>, width: f32) -> Vec<Line> {
    let lines = match head(&lines, width) {
        Some(gutter) => by_columns(lines, &gutter),
        None => lines,
    };
    match foot(&lines, width) {
        Some(gutter) => by_columns(lines, &gutter),
        None => lines,
    }
}

fn head(lines: &[Line], width: f32) -> Option<Gutter> {
    lines.iter().enumerate().find_map(|(index, line)| {
        let at = title_at(line)?;
        let title = part(line, at, line.words.len())?.bbox;
        // On forms and certificates the title stands alone in the middle of the page.
        let is_beside = at > 0 || title.center().0 > COLUMN_CENTER * width;
        is_beside.then_some(Gutter {
            line: index,
            cut: (at > 0).then_some(at),
            x: title.left,
            depth: HEAD_DEPTH * line.bbox.height(),
            block: HEAD_BLOCK,
        })
    })
}

/// Index of the word at which the title or the motto begins. In running text they are mentioned too: there the
/// title is not in capitals, and no more than a space is before the motto.
fn title_at(line: &Line) -> Option<usize> {
    let is_after_gap = |at: usize| at == 0 || gap_before(line, at) > 0.6 * line.bbox.height();
    let title = place_of(line, &TITLE, TITLE_MATCHES).filter(|&at| is_in_capitals(line, at));
    title.or_else(|| place_of(line, &MOTTO, TITLE_MATCHES).filter(|&at| is_after_gap(at)))
}

/// Whether most letters from this word on are capitals.
fn is_in_capitals(line: &Line, from: usize) -> bool {
    let letters = || line.words[from..].iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    2 * letters().filter(|c| c.is_uppercase()).count() > letters().count()
}

fn foot(lines: &[Line], width: f32) -> Option<Gutter> {
    let is_list =
        |line: &Line| place_of(line, &RECIPIENTS, 2).is_some_and(|at| at <= 1) && line.bbox.left < width / 3.0;
    let index = lines.iter().rposition(is_list)?;
    let anchor = &lines[index];
    let top = anchor.bbox.top - anchor.bbox.height();
    let begins_right = |line: &Line| {
        let after_gap = widest_gap(line, 2.0 * anchor.bbox.height()).map(|cut| line.words[cut].bbox.left);
        after_gap.or(Some(line.bbox.left)).filter(|&x| x > 0.4 * width)
    };
    let x = lines.iter().filter(|line| line.bbox.center().1 > top).filter_map(begins_right).reduce(f32::min)?;
    Some(Gutter { line: index, cut: None, x, depth: f32::MAX, block: FOOT_BLOCK })
}

/// Index of the word at which `phrase` begins, if at least so many of its words stand where they should.
fn place_of(line: &Line, phrase: &[&str], matches: usize) -> Option<usize> {
    let bare = |text: &str| folded(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let words: Vec<(usize, String)> = line.words.iter().map(|word| bare(&word.text)).enumerate().collect();
    let words: Vec<&(usize, String)> = words.iter().filter(|(_, word)| !word.is_empty()).collect();
    let score = |start: usize| words[start..].iter().zip(phrase).filter(|((_, word), wanted)| word == *wanted).count();
    let (best, start) = (0..words.len()).map(|start| (score(start), start)).rev().max_by_key(|&(score, _)| score)?;
    (best >= matches).then(|| words[start].0)
}

fn by_columns(lines: Vec<Line>, gutter: &Gutter) -> Vec<Line> {
    let anchor = lines[gutter.line].bbox;
    let (middle, height) = (anchor.center().1, anchor.height());
    let mut rows: Vec<usize> = (0..lines.len())
        .filter(|&i| (middle - 2.0 * height..middle + gutter.depth).contains(&lines[i].bbox.center().1))
        .collect();
    rows.sort_by(|&a, &b| lines[a].bbox.center().1.total_cmp(&lines[b].bbox.center().1));

    let (mut left, mut right, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let cut = if row == gutter.line { gutter.cut } else { None };
        match side(&lines[row], cut, gutter.x, height) {
            Side::Left(line) => left.push(line),
            Side::Right(line) => right.push(line),
            Side::Both(on_left, on_right) => {
                left.push(on_left);
                right.push(on_right);
            }
            Side::Across if lines[row].bbox.center().1 < middle => continue,
            Side::Across => break,
        }
        taken.push(row);
    }
    if left.is_empty() || right.is_empty() {
        return lines;
    }
    merged(lines, &taken, numbered(left, gutter.block), numbered(right, gutter.block + 1))
}

/// Where a line lies with regard to a right column that begins about `x`.
fn side(line: &Line, cut: Option<usize>, x: f32, height: f32) -> Side {
    // Lines of a column are centred, so they begin and end within some letters of it.
    let begins_right = |left: f32| left >= x - 3.0 * height;
    let cut = cut.or_else(|| widest_gap(line, 1.2 * height).filter(|&cut| begins_right(line.words[cut].bbox.left)));
    let cut = cut.filter(|&cut| line.words[cut - 1].bbox.right <= x + height);
    match cut {
        Some(cut) => match (part(line, 0, cut), part(line, cut, line.words.len())) {
            (Some(left), Some(right)) => Side::Both(left, right),
            _ => Side::Across,
        },
        None if line.bbox.right <= x + height / 2.0 => Side::Left(line.clone()),
        None if begins_right(line.bbox.left) => Side::Right(line.clone()),
        None => Side::Across,
    }
}

/// Index of the word after the widest gap of at least so many pixels.
fn widest_gap(line: &Line, least: f32) -> Option<usize> {
    let cut = (1..line.words.len()).max_by(|&a, &b| gap_before(line, a).total_cmp(&gap_before(line, b)))?;
    (gap_before(line, cut) >= least).then_some(cut)
}

/// Pixels between this word, not the first, and the one before.
fn gap_before(line: &Line, word: usize) -> f32 {
    line.words[word].bbox.left - line.words[word - 1].bbox.right
}

/// Some words of a line, with their part of its baseline.
fn part(line: &Line, from: usize, to: usize) -> Option<Line> {
    let words = line.words.get(from..to)?.to_vec();
    let bbox = around(&words)?;
    let (start, end) = line.baseline;
    let at = |x: f32| start + (end - start) * (x - line.bbox.left) / line.bbox.width();
    Some(Line { block: line.block, bbox, baseline: (at(bbox.left), at(bbox.right)), words })
}

fn numbered(mut lines: Vec<Line>, block: u32) -> Vec<Line> {
    for line in &mut lines {
        line.block = block;
    }
    lines
}

/// All other lines in their order, the columns where their first line was.
fn merged(lines: Vec<Line>, taken: &[usize], left: Vec<Line>, right: Vec<Line>) -> Vec<Line> {
    let first = taken.iter().copied().min().unwrap_or_default();
    let mut result = Vec::with_capacity(lines.len() + right.len());
    let mut columns = Some((left, right));
    for (index, line) in lines.into_iter().enumerate() {
        if index == first
            && let Some((left, right)) = columns.take()
        {
            result.extend(left);
            result.extend(right);
        }
        if !taken.contains(&index) {
            result.push(line);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Rect;
    use crate::base::units::Confidence;
    use crate::ocr::text::Word;

    /// A line at row `row`, 60 pixels high, from words at their x; a letter is 25 pixels wide.
    fn line(row: u16, words: &[(u16, &str)]) -> Line {
        let top = f32::from(row) * 90.0;
        let word = |&(x, text): &(u16, &str)| Word {
            text: text.to_owned(),
            bbox: Rect::new(x.into(), top, f32::from(x) + text.chars().count() as f32 * 25.0, top + 60.0),
            confidence: Confidence::CERTAIN,
        };
        let words: Vec<Word> = words.iter().map(word).collect();
        let bbox = around(&words).expect("words");
        Line { block: 0, bbox, baseline: (bbox.bottom, bbox.bottom), words }
    }

    /// Words side by side from `x`.
    fn run(x: u16, text: &str) -> Vec<(u16, &str)> {
        let mut x = x;
        let mut place = |word: &str| {
            let here = x;
            x += word.chars().count() as u16 * 25 + 20;
            here
        };
        text.split(' ').map(|word| (place(word), word)).collect()
    }

    fn both(row: u16, left: (u16, &'static str), right: (u16, &'static str)) -> Line {
        let words: Vec<_> = run(left.0, left.1).into_iter().chain(run(right.0, right.1)).collect();
        line(row, &words)
    }

    fn check(lines: Vec<Line>, expected: &[&str]) {
        let ordered = in_reading_order(lines, 2480.0);
        assert_eq!(ordered.iter().map(Line::text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_letterhead_is_read_left_then_right() {
        check(
            vec![
                both(1, (400, "ỦY BAN NHÂN DÂN"), (1150, "CỘNG HOÀ XÃ HỘI CHỦ NGHỈA VIỆT NAM")),
                both(2, (450, "TỈNH BẮC GIANG"), (1300, "Độc lập - Tự do - Hạnh phúc")),
                both(4, (430, "Số: 12/QĐ-UBND"), (1250, "Bắc Giang, ngày 3 tháng 5 năm 2024")),
                line(6, &run(1100, "QUYẾT ĐỊNH")),
                line(7, &run(300, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015")),
            ],
            &[
                "ỦY BAN NHÂN DÂN",
                "TỈNH BẮC GIANG",
                "Số: 12/QĐ-UBND",
                "CỘNG HOÀ XÃ HỘI CHỦ NGHỈA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "Bắc Giang, ngày 3 tháng 5 năm 2024",
                "QUYẾT ĐỊNH",
                "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
            ],
        );
    }

    #[test]
    fn a_tight_letterhead_is_cut_at_the_title() {
        check(
            vec![
                both(1, (200, "HỘI NÔNG DÂN VIỆT NAM TỈNH A"), (1000, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
                line(3, &run(300, "Kính gửi các Hội Nông dân huyện và thành phố trong tỉnh nhà")),
            ],
            &[
                "HỘI NÔNG DÂN VIỆT NAM TỈNH A",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Kính gửi các Hội Nông dân huyện và thành phố trong tỉnh nhà",
            ],
        );
    }

    #[test]
    fn a_mention_of_the_title_is_no_title() {
        let mention = "Luật này đã được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam thông qua";
        let motto = "với tiêu ngữ Độc lập - Tự do - Hạnh phúc ở dưới";
        check(vec![line(1, &run(300, mention)), line(2, &run(300, motto))], &[mention, motto]);
    }

    #[test]
    fn a_centred_title_stays_whole() {
        let title = line(1, &run(800, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
        let motto = line(2, &run(900, "Độc lập - Tự do - Hạnh phúc"));
        let form = both(4, (300, "Họ và tên:"), (1200, "Nguyễn Văn A"));
        let expected = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Họ và tên: Nguyễn Văn A"];
        check(vec![title, motto, form], &expected);
    }

    #[test]
    fn recipients_are_read_before_the_signature() {
        check(
            vec![
                line(1, &run(300, "Điều 3. Quyết định này có hiệu lực kể từ ngày ký ban hành văn bản")),
                both(3, (300, "Nơi nhận:"), (1500, "TM. ỦY BAN NHÂN DÂN")),
                both(4, (300, "- Như Điều 3;"), (1650, "CHỦ TỊCH")),
                line(5, &run(300, "- Lưu: VT.")),
                line(8, &run(1600, "Trần Văn B")),
            ],
            &[
                "Điều 3. Quyết định này có hiệu lực kể từ ngày ký ban hành văn bản",
                "Nơi nhận:",
                "- Như Điều 3;",
                "- Lưu: VT.",
                "TM. ỦY BAN NHÂN DÂN",
                "CHỦ TỊCH",
                "Trần Văn B",
            ],
        );
    }

    #[test]
    fn tables_are_read_by_rows() {
        let rows = vec![both(1, (300, "Đất ở"), (1500, "120 m²")), both(2, (300, "Đất vườn"), (1500, "300 m²"))];
        check(rows, &["Đất ở 120 m²", "Đất vườn 300 m²"]);
    }
}
