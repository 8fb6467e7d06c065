//! A JPEG's resolution, where its header states none (JFIF 1.02, APP0).

/// `FF E0`, its length, `JFIF`, version 1.02.
const APP0: [u8; 11] = [0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 2];

/// The same JPEG, with `dpi` in its header unless another resolution is stated there. Its picture stays as it is.
pub(super) fn stated(mut jpeg: Vec<u8>, dpi: u32) -> Vec<u8> {
    let [high, low] = u16::try_from(dpi).unwrap_or(u16::MAX).to_be_bytes();
    let told = [1, high, low, high, low];
    let is_jfif = jpeg.get(6..11) == Some(b"JFIF\0") && jpeg.get(2..4) == Some(&[0xFF, 0xE0]);
    if is_jfif && jpeg.len() > 18 {
        // Unit 0: the numbers are a ratio of sides, not a resolution.
        if jpeg[13] == 0 {
            jpeg[13..18].copy_from_slice(&told);
        }
    } else if jpeg.starts_with(&[0xFF, 0xD8]) && !has_exif(&jpeg) {
        jpeg.splice(2..2, APP0.into_iter().chain(told).chain([0, 0]));
    }
    jpeg
}

/// EXIF (APP1) has a resolution of its own and must come first.
fn has_exif(jpeg: &[u8]) -> bool {
    jpeg.get(2..4) == Some(&[0xFF, 0xE1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_resolution_is_added() {
        let bare = [0xFF, 0xD8, 0xFF, 0xDB, 0, 3, 0];
        let told = stated(bare.to_vec(), 300);
        assert_eq!(told[..2], [0xFF, 0xD8]);
        assert_eq!(told[13..18], [1, 1, 44, 1, 44]);
        assert_eq!(told[20..], bare[2..]);
        assert_eq!(stated(told.clone(), 200), told);
        let mut ratio = told.clone();
        ratio[13..18].copy_from_slice(&[0, 0, 1, 0, 1]);
        assert_eq!(stated(ratio, 300), told);
        let exif = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 2];
        assert_eq!(stated(exif.clone(), 300), exif);
    }
}
