//! What PDF/A-2 asks of the boxes of a JPEG 2000 picture (ISO 19005-2, 6.2.8.3; ISO/IEC 15444-1, Annex I).

/// A rule that a picture's boxes break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Jp2Fault {
    /// Not in the JP2 form: a bare codestream, or something else.
    #[error("it has no JP2 header boxes")]
    NoHeader,
    /// Another number of channels than its color has.
    #[error("it has {found} channels, expected {expected}")]
    Channels {
        /// The number found.
        found: u16,
        /// The number that its color has.
        expected: u8,
    },
    /// Channels differ in depth, or are not 1 to 38 bits deep.
    #[error("its channels differ in depth or are deeper than 38 bits")]
    Depth,
    /// Several color specifications of which not exactly one is marked as best.
    #[error("{best} of its {found} color specifications are marked as best, expected one")]
    Specifications {
        /// How many there are.
        found: usize,
        /// How many are marked.
        best: usize,
    },
    /// A color method other than 1 to 3, or the color space `CIEJab`.
    #[error("its color specification is of a kind that is not allowed")]
    Specification,
}

const SIGNATURE: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
/// `EnumCS` of `CIEJab`.
const CIE_JAB: [u8; 4] = [0, 0, 0, 19];

/// The rules that the boxes of `bytes` break, for a picture of so many channels.
pub(super) fn faults(bytes: &[u8], channels: u8) -> Vec<Jp2Fault> {
    let header = bytes.starts_with(SIGNATURE).then(|| Boxes(bytes).find(|(kind, _)| kind == b"jp2h")).flatten();
    let image = header.and_then(|(_, header)| Boxes(header).find(|(kind, _)| kind == b"ihdr"));
    let (Some((_, header)), Some((_, [_, _, _, _, _, _, _, _, high, low, depth, ..]))) = (header, image) else {
        return vec![Jp2Fault::NoHeader];
    };
    let mut faults = Vec::new();
    let found = u16::from_be_bytes([*high, *low]);
    if found != u16::from(channels) {
        faults.push(Jp2Fault::Channels { found, expected: channels });
    }
    // The top bit says that values are signed; 255 that depths differ.
    if *depth == 255 || depth & 0x7f > 37 {
        faults.push(Jp2Fault::Depth);
    }
    let specifications: Vec<&[u8]> = Boxes(header).filter(|(kind, _)| kind == b"colr").map(|(_, body)| body).collect();
    let best = specifications.iter().filter(|body| body.get(2) == Some(&1)).count();
    if specifications.is_empty() || (specifications.len() > 1 && best != 1) {
        faults.push(Jp2Fault::Specifications { found: specifications.len(), best });
    }
    if specifications.iter().any(|body| !is_allowed(body)) {
        faults.push(Jp2Fault::Specification);
    }
    faults
}

fn is_allowed(specification: &[u8]) -> bool {
    match specification {
        [1, _, _, space @ ..] => space.get(..4).is_some_and(|space| space != CIE_JAB),
        [2 | 3, ..] => true,
        _ => false,
    }
}

/// The boxes of a file or of a box: kind and content; ends where the lengths make no sense.
struct Boxes<'a>(&'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let (length, rest) = match u32::from_be_bytes(*length) {
            0 => (rest.len(), rest),
            1 => {
                let (length, rest) = rest.split_first_chunk::<8>()?;
                (usize::try_from(u64::from_be_bytes(*length)).ok()?.checked_sub(16)?, rest)
            }
            length => ((length as usize).checked_sub(8)?, rest),
        };
        let (body, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*kind, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::pdfa::samples;
    use proptest::prelude::*;

    #[test]
    fn a_good_file_has_no_faults() {
        let picture = samples::jpeg2000(Size { width: 40, height: 30 }, 3);
        assert_eq!(faults(&picture.bytes, 3), vec![]);
        assert_eq!(faults(&picture.bytes, 1), vec![Jp2Fault::Channels { found: 3, expected: 1 }]);
    }

    #[test]
    fn a_bare_codestream_is_refused() {
        assert_eq!(faults(b"\xff\x4f\xff\x51\0\x29", 1), vec![Jp2Fault::NoHeader]);
    }

    #[test]
    fn color_rules_are_checked() {
        let good = samples::jpeg2000(Size { width: 40, height: 30 }, 1).bytes.to_vec();
        let colr = good.windows(4).position(|window| window == b"colr").expect("there") + 4;
        let with = |at: usize, value: u8| {
            let mut changed = good.clone();
            changed[colr + at] = value;
            faults(&changed, 1)
        };
        assert_eq!(with(0, 4), vec![Jp2Fault::Specification], "method");
        assert_eq!(with(6, 19), vec![Jp2Fault::Specification], "CIEJab");
        assert_eq!(with(6, 16), vec![]);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_bad(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = faults(&bytes, 3);
            bytes.splice(0..0, SIGNATURE.iter().copied());
            let _ = faults(&bytes, 3);
        }
    }
}
