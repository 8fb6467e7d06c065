//! QR codes (ISO/IEC 18004), level M.

use qrcode::{Color, EcLevel, QrCode};

/// Left, top, width and height of the dark runs of a code within a square; none where the text is too long for any code.
#[must_use]
pub fn squares(text: &str, [left, top, side]: [f32; 3]) -> Vec<[f32; 4]> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return Vec::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let module = side / width as f32;
    let mut squares = Vec::new();
    for (row, colors) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = colors[column..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                let (x, y) = (left + column as f32 * module, top + row as f32 * module);
                squares.push([x, y, run as f32 * module, module]);
            }
            column += run.max(1);
        }
    }
    squares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_seven_modules_wide() {
        let squares = squares("H29.12-251103-0001", [10.0, 10.0, 25.0]);
        let module = squares[0][3];
        assert!((squares[0][2] - 7.0 * module).abs() < 1e-3);
        assert!(super::squares(&"x".repeat(9000), [0.0, 0.0, 1.0]).is_empty());
    }
}
