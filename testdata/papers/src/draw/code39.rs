//! Bars of Code 39 (ISO/IEC 16388), wide elements 2.5 times as wide as narrow ones.

/// Wide elements in parts of narrow ones.
const WIDE: f32 = 2.5;

/// Left, top, width and height of every bar of a text within a place; letters that the code lacks are left out.
#[must_use]
pub fn bars(text: &str, [left, top, width, height]: [f32; 4]) -> Vec<[f32; 4]> {
    let letters: Vec<&str> = format!("*{text}*").chars().filter_map(pattern).collect();
    // Three wide and six narrow elements each, and a narrow gap between.
    let narrow = width / (letters.len() as f32 * (3.0 * WIDE + 7.0) - 1.0);
    let mut at = left;
    let mut bars = Vec::new();
    for pattern in letters {
        for (place, element) in pattern.bytes().enumerate() {
            let wide = narrow * if element == b'w' { WIDE } else { 1.0 };
            if place % 2 == 0 {
                bars.push([at, top, wide, height]);
            }
            at += wide;
        }
        at += narrow;
    }
    bars
}

fn pattern(letter: char) -> Option<&'static str> {
    PATTERNS.iter().find(|(known, _)| *known == letter).map(|(_, pattern)| *pattern)
}

/// Bars and spaces by turns, wide or narrow.
const PATTERNS: [(char, &str); 44] = [
    ('0', "nnnwwnwnn"),
    ('1', "wnnwnnnnw"),
    ('2', "nnwwnnnnw"),
    ('3', "wnwwnnnnn"),
    ('4', "nnnwwnnnw"),
    ('5', "wnnwwnnnn"),
    ('6', "nnwwwnnnn"),
    ('7', "nnnwnnwnw"),
    ('8', "wnnwnnwnn"),
    ('9', "nnwwnnwnn"),
    ('A', "wnnnnwnnw"),
    ('B', "nnwnnwnnw"),
    ('C', "wnwnnwnnn"),
    ('D', "nnnnwwnnw"),
    ('E', "wnnnwwnnn"),
    ('F', "nnwnwwnnn"),
    ('G', "nnnnnwwnw"),
    ('H', "wnnnnwwnn"),
    ('I', "nnwnnwwnn"),
    ('J', "nnnnwwwnn"),
    ('K', "wnnnnnnww"),
    ('L', "nnwnnnnww"),
    ('M', "wnwnnnnwn"),
    ('N', "nnnnwnnww"),
    ('O', "wnnnwnnwn"),
    ('P', "nnwnwnnwn"),
    ('Q', "nnnnnnwww"),
    ('R', "wnnnnnwwn"),
    ('S', "nnwnnnwwn"),
    ('T', "nnnnwnwwn"),
    ('U', "wwnnnnnnw"),
    ('V', "nwwnnnnnw"),
    ('W', "wwwnnnnnn"),
    ('X', "nwnnwnnnw"),
    ('Y', "wwnnwnnnn"),
    ('Z', "nwwnwnnnn"),
    ('-', "nwnnnnwnw"),
    ('.', "wwnnnnwnn"),
    (' ', "nwwnnnwnn"),
    ('$', "nwnwnwnnn"),
    ('/', "nwnwnnnwn"),
    ('+', "nwnnnwnwn"),
    ('%', "nnnwnwnwn"),
    ('*', "nwnnwnwnn"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_three_wide_elements_of_nine() {
        for (letter, pattern) in PATTERNS {
            assert_eq!((pattern.len(), pattern.matches('w').count()), (9, 3), "{letter}");
        }
    }

    #[test]
    fn bars_fill_their_place() {
        let bars = bars("A1", [10.0, 0.0, 40.0, 8.0]);
        let last = bars[bars.len() - 1];
        assert_eq!(bars.len(), 4 * 5);
        assert!((last[0] + last[2] - 50.0).abs() < 1e-3);
    }
}
