//! Code 39 (ISO/IEC 16388) from the widths of its bars and spaces.
//!
//! It has no check symbol of its own, so every element must be clearly wide or clearly narrow, and the text at least
//! three letters long.

/// Bars and spaces of a letter.
const ELEMENTS: usize = 9;
/// Letters of the shortest text that is believed.
const LEAST_LETTERS: usize = 3;
/// Letters of the longest text that is read.
const MOST_LETTERS: usize = 60;
/// Widths of narrow and of wide elements, in narrow ones; nothing may lie between (the standard: wide is 2 to 3).
const NARROW: std::ops::Range<f32> = 0.4..1.5;
const WIDE: std::ops::Range<f32> = 1.7..3.7;
/// The gap between letters, in narrow elements (the standard: 1 to 5.3 where they are fine).
const GAP: std::ops::Range<f32> = 0.5..5.6;

/// The letters, each by its wide elements from the first bar on as bits.
const LETTERS: [(char, u16); 44] = [
    ('0', 0b000_110_100),
    ('1', 0b100_100_001),
    ('2', 0b001_100_001),
    ('3', 0b101_100_000),
    ('4', 0b000_110_001),
    ('5', 0b100_110_000),
    ('6', 0b001_110_000),
    ('7', 0b000_100_101),
    ('8', 0b100_100_100),
    ('9', 0b001_100_100),
    ('A', 0b100_001_001),
    ('B', 0b001_001_001),
    ('C', 0b101_001_000),
    ('D', 0b000_011_001),
    ('E', 0b100_011_000),
    ('F', 0b001_011_000),
    ('G', 0b000_001_101),
    ('H', 0b100_001_100),
    ('I', 0b001_001_100),
    ('J', 0b000_011_100),
    ('K', 0b100_000_011),
    ('L', 0b001_000_011),
    ('M', 0b101_000_010),
    ('N', 0b000_010_011),
    ('O', 0b100_010_010),
    ('P', 0b001_010_010),
    ('Q', 0b000_000_111),
    ('R', 0b100_000_110),
    ('S', 0b001_000_110),
    ('T', 0b000_010_110),
    ('U', 0b110_000_001),
    ('V', 0b011_000_001),
    ('W', 0b111_000_000),
    ('X', 0b010_010_001),
    ('Y', 0b110_010_000),
    ('Z', 0b011_010_000),
    ('-', 0b010_000_101),
    ('.', 0b110_000_100),
    (' ', 0b011_000_100),
    ('$', 0b010_101_000),
    ('/', 0b010_100_010),
    ('+', 0b010_001_010),
    ('%', 0b000_101_010),
    (GUARD, GUARD_BITS),
];
const GUARD: char = '*';
const GUARD_BITS: u16 = 0b010_010_100;
const GUARD_BACKWARDS: u16 = 0b001_010_010;

/// The narrow element's width in pixels, where the elements from a quiet zone inwards are a guard, forwards or backwards.
pub(super) fn end_module(widths: &[f32]) -> Option<f32> {
    let elements: &[f32; ELEMENTS] = widths.get(..ELEMENTS)?.try_into().ok()?;
    [GUARD_BITS, GUARD_BACKWARDS].iter().find_map(|bits| Narrow::of(elements, *bits)).map(|narrow| narrow.width)
}

/// Reads a symbol whose first bar begins at the first of `changes`; the text without its guards, and how many changes
/// it takes.
pub(super) fn decode(changes: &[f32]) -> Option<(String, usize)> {
    let mut narrow = Narrow::of(&elements(changes, 0)?, GUARD_BITS)?;
    let mut text = String::new();
    for letter in 1..=MOST_LETTERS {
        let at = letter * (ELEMENTS + 1);
        let gap = (changes.get(at)? - changes.get(at - 1)?) / narrow.width;
        if !GAP.contains(&gap) {
            return None;
        }
        let elements = elements(changes, at)?;
        let bits = narrow.bits(&elements)?;
        let (found, _) = LETTERS.iter().find(|(_, pattern)| *pattern == bits)?;
        if *found == GUARD {
            return (letter > LEAST_LETTERS).then_some((text, at + ELEMENTS + 1));
        }
        text.push(*found);
        narrow = Narrow::of(&elements, bits)?;
    }
    None
}

fn elements(changes: &[f32], at: usize) -> Option<[f32; ELEMENTS]> {
    let places = changes.get(at..=at + ELEMENTS)?;
    Some(std::array::from_fn(|n| places[n + 1] - places[n]))
}

/// The width of narrow elements, and by how much ink has widened bars.
#[derive(Clone, Copy)]
struct Narrow {
    width: f32,
    spread: f32,
}

impl Narrow {
    /// Measured on elements that are taken for `bits`; `None` where they do not have those widths.
    fn of(elements: &[f32; ELEMENTS], bits: u16) -> Option<Self> {
        let mean = |first: usize| {
            let narrow = (first..ELEMENTS).step_by(2).filter(|n| !is_wide(bits, *n));
            let (sum, count) = narrow.fold((0.0, 0.0), |(sum, count), n| (sum + elements[n], count + 1.0));
            (count > 0.0).then(|| sum / count)
        };
        let bars = mean(0)?;
        // Letters with wide spaces only (`$`, `/`, `+`, `%`) still have one that is narrow.
        let spaces = mean(1)?;
        let (width, spread) = (f32::midpoint(bars, spaces), (bars - spaces) / 2.0);
        let narrow = Self { width, spread };
        (spread.abs() < 0.5 * width && narrow.bits(elements) == Some(bits)).then_some(narrow)
    }

    /// Which elements are wide; `None` where one is neither wide nor narrow.
    fn bits(self, elements: &[f32; ELEMENTS]) -> Option<u16> {
        elements.iter().enumerate().try_fold(0, |bits, (n, element)| {
            let width = (element - if n % 2 == 0 { self.spread } else { -self.spread }) / self.width;
            match (NARROW.contains(&width), WIDE.contains(&width)) {
                (true, _) => Some(bits << 1),
                (_, true) => Some(bits << 1 | 1),
                _ => None,
            }
        })
    }
}

fn is_wide(bits: u16, n: usize) -> bool {
    bits >> (ELEMENTS - 1 - n) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(text: &str, wide: f32, spread: f32) -> Vec<f32> {
        let mut at = 5.0;
        let mut changes = Vec::new();
        for letter in text.chars() {
            let bits = LETTERS.iter().find(|(known, _)| *known == letter).expect("a letter").1;
            changes.push(at);
            for n in 0..ELEMENTS {
                at += 3.0 * if is_wide(bits, n) { wide } else { 1.0 } + if n % 2 == 0 { spread } else { -spread };
                changes.push(at);
            }
            at += 3.0;
        }
        changes
    }

    #[test]
    fn each_letter_has_three_wide_elements_and_its_own() {
        for (n, (letter, bits)) in LETTERS.iter().enumerate() {
            assert_eq!(bits.count_ones(), 3, "{letter}");
            assert!(LETTERS[..n].iter().all(|(_, other)| other != bits), "{letter}");
        }
    }

    #[test]
    fn a_dossier_code_is_read_at_either_ratio_and_with_spread_ink() {
        for (wide, spread) in [(2.0, 0.0), (3.0, 0.0), (2.5, 0.6), (2.5, -0.6)] {
            let all = changes("*H29.12-251103-0001*", wide, spread);
            assert_eq!(decode(&all), Some(("H29.12-251103-0001".to_owned(), all.len())), "{wide} {spread}");
        }
    }

    #[test]
    fn what_is_short_unguarded_or_between_wide_and_narrow_is_not_read() {
        assert_eq!(decode(&changes("*AB*", 2.5, 0.0)), None);
        assert_eq!(decode(&changes("*ABC", 2.5, 0.0)), None);
        assert_eq!(decode(&changes("*ABC*", 1.6, 0.0)), None);
    }
}
