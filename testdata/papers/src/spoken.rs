//! Numbers in Vietnamese words and amounts with their dots.

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const GROUPS: [&str; 4] = ["", "nghìn", "triệu", "tỷ"];

/// A number below 10¹² in words: 1 205 000 is `một triệu hai trăm linh năm nghìn`.
#[must_use]
pub fn number(value: u64) -> String {
    if value == 0 {
        return DIGITS[0].to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    let mut leading = true;
    for group in (0..4).rev() {
        let part = (value / 1000u64.pow(group)) % 1000;
        if part > 0 {
            three_digits(part as usize, !leading, &mut words);
            words.push(GROUPS[group as usize]);
            leading = false;
        }
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// A number in words with a capital: `Một triệu đồng` wants one.
#[must_use]
pub fn capitalized(value: u64) -> String {
    capital(&number(value))
}

/// The text with its first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1.205.000`.
#[must_use]
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

fn three_digits(part: usize, hundreds_always: bool, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (part / 100, part / 10 % 10, part % 10);
    if hundreds > 0 || hundreds_always {
        words.extend([DIGITS[hundreds], "trăm"]);
        if tens == 0 && ones > 0 {
            words.push("linh");
        }
    }
    match tens {
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([DIGITS[tens], "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(DIGITS[ones]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spoken_as_papers_write_them() {
        assert_eq!(number(15), "mười lăm");
        assert_eq!(number(21), "hai mươi mốt");
        assert_eq!(number(105), "một trăm linh năm");
        assert_eq!(number(2024), "hai nghìn không trăm hai mươi tư");
        assert_eq!(number(1_205_000), "một triệu hai trăm linh năm nghìn");
        assert_eq!(grouped(1_205_000), "1.205.000");
        assert_eq!(capitalized(30), "Ba mươi");
    }
}
