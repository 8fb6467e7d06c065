//! Bars of Code 128, set B (ISO/IEC 15417).

/// Left, top, width and height of every bar of a text of ASCII letters within a place.
#[must_use]
pub fn bars(text: &str, [left, top, width, height]: [f32; 4]) -> Vec<[f32; 4]> {
    let patterns: Vec<&str> = symbols(text).iter().map(|symbol| PATTERNS[*symbol]).collect();
    let modules: u32 = patterns.iter().flat_map(|pattern| pattern.bytes()).map(|digit| u32::from(digit - b'0')).sum();
    let module = width / modules as f32;
    let mut at = left;
    let mut bars = Vec::new();
    for pattern in patterns {
        for (place, digit) in pattern.bytes().enumerate() {
            let wide = f32::from(digit - b'0') * module;
            if place % 2 == 0 {
                bars.push([at, top, wide, height]);
            }
            at += wide;
        }
    }
    bars
}

/// Start B, the letters, the check symbol, stop.
fn symbols(text: &str) -> Vec<usize> {
    const START_B: usize = 104;
    const STOP: usize = 106;
    let mut symbols = vec![START_B];
    symbols.extend(text.bytes().filter(|byte| (32..127).contains(byte)).map(|byte| usize::from(byte) - 32));
    let sum: usize = symbols.iter().enumerate().map(|(place, symbol)| symbol * place.max(1)).sum();
    symbols.extend([sum % 103, STOP]);
    symbols
}

/// Widths of bars and spaces of each symbol.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_wide() {
        for pattern in &PATTERNS[..106] {
            assert_eq!(pattern.bytes().map(|digit| digit - b'0').sum::<u8>(), 11, "{pattern}");
        }
    }

    #[test]
    fn the_check_symbol_is_the_weighted_sum() {
        // 104 + 1·33 + 2·34 = 205, and 205 mod 103 is 102.
        assert_eq!(symbols("AB"), [104, 33, 34, 102, 106]);
    }
}
