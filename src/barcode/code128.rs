//! Code 128 (ISO/IEC 15417) from the widths of its bars and spaces.

/// The largest mean square by which the elements of a symbol may differ from its pattern, in modules.
const TOLERANCE: f32 = 0.16;
/// Letters of the longest text that is read; bar codes on papers have up to thirty.
const MOST_SYMBOLS: usize = 90;

/// The module's width in pixels, where the elements from a quiet zone inwards are a start pattern, or a stop pattern
/// read backwards.
pub(super) fn end_module(widths: &[f32]) -> Option<f32> {
    let start = [START_A, START_B, START_C].iter().any(|value| fits(&widths[..6], &PATTERNS[usize::from(*value)]));
    if start {
        return Some(widths[..6].iter().sum::<f32>() / 11.0);
    }
    let stops = widths.len() >= 7 && fits(&widths[..7], &STOP_BACKWARDS);
    stops.then(|| widths[..7].iter().sum::<f32>() / 13.0)
}

/// Reads a symbol whose first bar begins at the first of `changes`; the text and how many changes it takes.
/// `None` without a stop pattern, with a wrong check symbol, or with what the standard does not know.
pub(super) fn decode(changes: &[f32]) -> Option<(String, usize)> {
    let widths: Vec<f32> = changes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let stop = (3..=MOST_SYMBOLS).map(|symbol| symbol * 6).find(|at| is_stop(&widths, *at))?;
    let spread = spread(&widths[..stop]);
    let values: Vec<u8> = widths[..stop].chunks_exact(6).map(|symbol| value(symbol, spread)).collect::<Option<_>>()?;
    let (check, symbols) = values.split_last()?;
    let sum: usize = symbols.iter().enumerate().map(|(place, value)| usize::from(*value) * place.max(1)).sum();
    let right = usize::from(*check) == sum % 103;
    Some((text(symbols)?, stop + 8)).filter(|_| right)
}

fn is_stop(widths: &[f32], at: usize) -> bool {
    widths.get(at..at + 7).is_some_and(|elements| fits(elements, &STOP))
}

/// Whether elements have the widths of a pattern, whatever the ink has spread.
fn fits(widths: &[f32], pattern: &[u8]) -> bool {
    let module = widths.iter().sum::<f32>() / f32::from(pattern.iter().sum::<u8>());
    let differences = || widths.iter().zip(pattern).map(|(width, modules)| width / module - f32::from(*modules));
    let signed = differences().enumerate().map(|(n, difference)| if n % 2 == 0 { difference } else { -difference });
    let spread = (signed.sum::<f32>() / pattern.len() as f32).clamp(-0.4, 0.4);
    let off =
        |(n, difference): (usize, f32)| (if n % 2 == 0 { difference - spread } else { difference + spread }).abs();
    differences().enumerate().map(off).fold(0.0, f32::max) <= 0.6
}

/// By how many modules bars are wider than they should be: in every symbol they have an even number together.
fn spread(widths: &[f32]) -> f32 {
    let mut spreads: Vec<f32> = widths
        .chunks_exact(6)
        .map(|symbol| {
            let module = symbol.iter().sum::<f32>() / 11.0;
            let bars = (symbol[0] + symbol[2] + symbol[4]) / module;
            (bars - 2.0 * (bars / 2.0).round()) / 3.0
        })
        .collect();
    spreads.sort_by(f32::total_cmp);
    spreads.get(spreads.len() / 2).copied().unwrap_or(0.0)
}

/// The value of six elements, if they are near enough to a pattern.
fn value(symbol: &[f32], spread: f32) -> Option<u8> {
    let module = symbol.iter().sum::<f32>() / 11.0;
    let true_width = |n: usize| symbol[n] / module - if n.is_multiple_of(2) { spread } else { -spread };
    let distance =
        |pattern: &[u8; 6]| (0..6).map(|n| (true_width(n) - f32::from(pattern[n])).powi(2)).sum::<f32>() / 6.0;
    let nearest =
        (0..PATTERNS.len()).map(|value| (value, distance(&PATTERNS[value]))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    (nearest.1 <= TOLERANCE).then_some(nearest.0 as u8)
}

/// Code sets (ISO/IEC 15417, table 1).
#[derive(Clone, Copy, PartialEq)]
enum Set {
    A,
    B,
    C,
}

const START_A: u8 = 103;
const START_B: u8 = 104;
const START_C: u8 = 105;

/// The text of the symbols from the start on, without the check symbol.
fn text(symbols: &[u8]) -> Option<String> {
    let (start, data) = symbols.split_first()?;
    let mut set = match *start {
        START_A => Set::A,
        START_B => Set::B,
        START_C => Set::C,
        _ => return None,
    };
    let (mut text, mut shifted) = (String::new(), None);
    for (place, &value) in data.iter().enumerate() {
        let now = shifted.take().unwrap_or(set);
        match (now, value) {
            (Set::C, 0..=99) => text.push_str(&format!("{value:02}")),
            (Set::A, 0..=63) | (Set::B, 0..=95) => text.push(char::from(value + 32)),
            (Set::A, 64..=95) => text.push(char::from(value - 64)),
            (Set::A, 98) => shifted = Some(Set::B),
            (Set::B, 98) => shifted = Some(Set::A),
            (Set::A | Set::B, 99) => set = Set::C,
            (Set::A | Set::C, 100) => set = Set::B,
            (Set::B | Set::C, 101) => set = Set::A,
            // FNC1: at the beginning it marks GS1 data, elsewhere it parts them.
            (_, 102) if place > 0 => text.push('\u{1d}'),
            (_, 102) => {}
            // FNC2 and FNC3 speak to readers, FNC4 to an alphabet that nobody agreed on; and starts inside.
            _ => return None,
        }
    }
    (!text.is_empty()).then_some(text)
}

const STOP: [u8; 7] = [2, 3, 3, 1, 1, 1, 2];
const STOP_BACKWARDS: [u8; 7] = [2, 1, 1, 1, 3, 3, 2];

/// Widths of bars and spaces by value (ISO/IEC 15417, table 1), the three starts at the end.
const PATTERNS: [[u8; 6]; 106] = {
    let rows: [u32; 106] = [
        212_222, 222_122, 222_221, 121_223, 121_322, 131_222, 122_213, 122_312, 132_212, 221_213, 221_312, 231_212,
        112_232, 122_132, 122_231, 113_222, 123_122, 123_221, 223_211, 221_132, 221_231, 213_212, 223_112, 312_131,
        311_222, 321_122, 321_221, 312_212, 322_112, 322_211, 212_123, 212_321, 232_121, 111_323, 131_123, 131_321,
        112_313, 132_113, 132_311, 211_313, 231_113, 231_311, 112_133, 112_331, 132_131, 113_123, 113_321, 133_121,
        313_121, 211_331, 231_131, 213_113, 213_311, 213_131, 311_123, 311_321, 331_121, 312_113, 312_311, 332_111,
        314_111, 221_411, 431_111, 111_224, 111_422, 121_124, 121_421, 141_122, 141_221, 112_214, 112_412, 122_114,
        122_411, 142_112, 142_211, 241_211, 221_114, 413_111, 241_112, 134_111, 111_242, 121_142, 121_241, 114_212,
        124_112, 124_211, 411_212, 421_112, 421_211, 212_141, 214_121, 412_121, 111_143, 111_341, 131_141, 114_113,
        114_311, 411_113, 411_311, 113_141, 114_131, 311_141, 411_131, 211_412, 211_214, 211_232,
    ];
    let mut patterns = [[0; 6]; 106];
    let mut value = 0;
    while value < 106 {
        let mut digits = rows[value];
        let mut place = 6;
        while place > 0 {
            place -= 1;
            patterns[value][place] = (digits % 10) as u8;
            digits /= 10;
        }
        value += 1;
    }
    patterns
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Places of change of a symbol with modules of 3 pixels whose bars are wider by `spread` pixels.
    fn changes(values: &[u8], spread: f32) -> Vec<f32> {
        let elements = values.iter().flat_map(|value| PATTERNS[usize::from(*value)]).chain(STOP);
        let mut at = 10.0;
        let mut changes = vec![at];
        for (n, modules) in elements.enumerate() {
            at += 3.0 * f32::from(modules) + if n % 2 == 0 { spread } else { -spread };
            changes.push(at);
        }
        changes
    }

    fn checked(mut values: Vec<u8>) -> Vec<u8> {
        let sum: usize = values.iter().enumerate().map(|(n, value)| usize::from(*value) * n.max(1)).sum();
        values.push((sum % 103) as u8);
        values
    }

    #[test]
    fn every_pattern_is_eleven_modules_wide_and_has_an_even_number_in_its_bars() {
        for pattern in PATTERNS {
            assert_eq!(pattern.iter().sum::<u8>(), 11);
            assert_eq!((pattern[0] + pattern[2] + pattern[4]) % 2, 0);
        }
    }

    #[test]
    fn the_three_sets_are_read() {
        // Start B, "H", code C, "29", "12", code B, "-", shift, DC1 of set A.
        let values = checked(vec![104, 40, 99, 29, 12, 100, 13, 98, 81]);
        let all = changes(&values, 0.0);
        assert_eq!(decode(&all), Some(("H2912-\u{11}".to_owned(), all.len())));
        assert_eq!(decode(&changes(&values, 0.9)).map(|read| read.0), Some("H2912-\u{11}".to_owned()));
        assert_eq!(decode(&changes(&values, -0.9)).map(|read| read.0), Some("H2912-\u{11}".to_owned()));
    }

    #[test]
    fn a_wrong_check_symbol_or_a_missing_stop_reads_as_nothing() {
        let mut values = checked(vec![104, 40, 41]);
        assert!(decode(&changes(&values, 0.0)).is_some());
        let all = changes(&values, 0.0);
        assert_eq!(decode(&all[..all.len() - 2]), None);
        values[3] ^= 1;
        assert_eq!(decode(&changes(&values, 0.0)), None);
    }
}
