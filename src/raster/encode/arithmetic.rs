//! The arithmetic coder of JBIG2 (ITU-T T.88, annex E): yes-or-no decisions to bytes.
//!
//! A decision is coded under a context; each context learns how likely its decisions are. Knows no picture.

/// A row of table E.1: the size of the less probable decision, and the row to go on with.
struct Estimate {
    /// `Qe`.
    size: u16,
    /// `NMPS`: after the more probable decision.
    probable: u8,
    /// `NLPS`: after the less probable one.
    improbable: u8,
    /// `SWITCH`: the two change places.
    switches: bool,
}

const fn row(size: u16, probable: u8, improbable: u8, switches: u8) -> Estimate {
    Estimate { size, probable, improbable, switches: switches == 1 }
}

/// ITU-T T.88, table E.1.
static ESTIMATES: [Estimate; 47] = [
    row(0x5601, 1, 1, 1),
    row(0x3401, 2, 6, 0),
    row(0x1801, 3, 9, 0),
    row(0x0AC1, 4, 12, 0),
    row(0x0521, 5, 29, 0),
    row(0x0221, 38, 33, 0),
    row(0x5601, 7, 6, 1),
    row(0x5401, 8, 14, 0),
    row(0x4801, 9, 14, 0),
    row(0x3801, 10, 14, 0),
    row(0x3001, 11, 17, 0),
    row(0x2401, 12, 18, 0),
    row(0x1C01, 13, 20, 0),
    row(0x1601, 29, 21, 0),
    row(0x5601, 15, 14, 1),
    row(0x5401, 16, 14, 0),
    row(0x5101, 17, 15, 0),
    row(0x4801, 18, 16, 0),
    row(0x3801, 19, 17, 0),
    row(0x3401, 20, 18, 0),
    row(0x3001, 21, 19, 0),
    row(0x2801, 22, 19, 0),
    row(0x2401, 23, 20, 0),
    row(0x2201, 24, 21, 0),
    row(0x1C01, 25, 22, 0),
    row(0x1801, 26, 23, 0),
    row(0x1601, 27, 24, 0),
    row(0x1401, 28, 25, 0),
    row(0x1201, 29, 26, 0),
    row(0x1101, 30, 27, 0),
    row(0x0AC1, 31, 28, 0),
    row(0x09C1, 32, 29, 0),
    row(0x08A1, 33, 30, 0),
    row(0x0521, 34, 31, 0),
    row(0x0441, 35, 32, 0),
    row(0x02A1, 36, 33, 0),
    row(0x0221, 37, 34, 0),
    row(0x0141, 38, 35, 0),
    row(0x0111, 39, 36, 0),
    row(0x0085, 40, 37, 0),
    row(0x0049, 41, 38, 0),
    row(0x0025, 42, 39, 0),
    row(0x0015, 43, 40, 0),
    row(0x0009, 44, 41, 0),
    row(0x0005, 45, 42, 0),
    row(0x0001, 45, 43, 0),
    row(0x5601, 46, 46, 0),
];

/// What a context has learnt: its row of the table in the upper bits, its more probable decision in the lowest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context(u8);

/// An encoder; the registers have the names of T.88, E.2.
#[derive(Debug)]
pub(super) struct ArithmeticEncoder {
    c: u32,
    a: u32,
    ct: u32,
    /// The first byte is a place for a carry that never comes; it is no part of the result.
    bytes: Vec<u8>,
}

impl ArithmeticEncoder {
    /// An encoder at its start (`INITENC`), with room for `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity.max(1));
        bytes.push(0);
        Self { c: 0, a: 0x8000, ct: 12, bytes }
    }

    /// Codes a decision (`ENCODE`).
    #[inline]
    pub(super) fn encode(&mut self, context: &mut Context, decision: bool) {
        let estimate = &ESTIMATES[usize::from(context.0 >> 1)];
        let size = u32::from(estimate.size);
        self.a -= size;
        if (context.0 & 1 == 1) == decision {
            if self.a & 0x8000 != 0 {
                self.c += size;
                return;
            }
            if self.a < size {
                self.a = size;
            } else {
                self.c += size;
            }
            context.0 = estimate.probable << 1 | context.0 & 1;
        } else {
            if self.a < size {
                self.c += size;
            } else {
                self.a = size;
            }
            context.0 = estimate.improbable << 1 | (context.0 & 1) ^ u8::from(estimate.switches);
        }
        self.renormalize();
    }

    /// Codes the same decision `count` times under one context, as [`Self::encode`] would, in far fewer steps.
    pub(super) fn encode_run(&mut self, context: &mut Context, decision: bool, mut count: u32) {
        while count > 0 {
            if (context.0 & 1 == 1) == decision {
                let size = u32::from(ESTIMATES[usize::from(context.0 >> 1)].size);
                let silent = ((self.a - 0x8000) / size).min(count);
                self.a -= silent * size;
                self.c += silent * size;
                count -= silent;
            }
            if count > 0 {
                self.encode(context, decision);
                count -= 1;
            }
        }
    }

    /// The bytes, ended by the marker `FF AC` (`FLUSH`).
    pub(super) fn finish(mut self) -> Vec<u8> {
        let end = self.c + self.a;
        self.c |= 0xFFFF;
        if self.c >= end {
            self.c -= 0x8000;
        }
        for _ in 0..2 {
            self.c <<= self.ct;
            self.byte_out();
        }
        if self.bytes.last() != Some(&0xFF) {
            self.bytes.push(0xFF);
        }
        self.bytes.push(0xAC);
        self.bytes.remove(0);
        self.bytes
    }

    /// `RENORME`.
    fn renormalize(&mut self) {
        let mut shift = self.a.leading_zeros() - 16;
        while shift > 0 {
            let now = shift.min(self.ct);
            self.a <<= now;
            self.c <<= now;
            self.ct -= now;
            shift -= now;
            if self.ct == 0 {
                self.byte_out();
            }
        }
    }

    /// `BYTEOUT`.
    fn byte_out(&mut self) {
        let last = self.bytes.len() - 1;
        if self.bytes[last] != 0xFF && self.c >= 0x800_0000 {
            self.bytes[last] += 1;
            if self.bytes[last] == 0xFF {
                self.c &= 0x7FF_FFFF;
            }
        }
        // After FF a byte has seven bits, so that no marker comes up by chance.
        let bits = if self.bytes[last] == 0xFF { 20 } else { 19 };
        self.bytes.push((self.c >> bits) as u8);
        self.c &= (1 << bits) - 1;
        self.ct = 27 - bits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The test sequence of ITU-T T.88, H.2: 256 decisions under one context.
    #[test]
    fn the_standards_own_example() {
        let decisions = [
            0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xC0, 0x03, 0x52, 0x87, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x82, 0xC0,
            0x20, 0x00, 0xFC, 0xD7, 0x9E, 0xF6, 0xBF, 0x7F, 0xED, 0x90, 0x4F, 0x46, 0xA3, 0xBF,
        ];
        let expected = [
            0x84, 0xC7, 0x3B, 0xFC, 0xE1, 0xA1, 0x43, 0x04, 0x02, 0x20, 0x00, 0x00, 0x41, 0x0D, 0xBB, 0x86, 0xF4, 0x31,
            0x7F, 0xFF, 0x88, 0xFF, 0x37, 0x47, 0x1A, 0xDB, 0x6A, 0xDF, 0xFF, 0xAC,
        ];
        let (mut encoder, mut context) = (ArithmeticEncoder::new(0), Context::default());
        for byte in decisions {
            (0..8).for_each(|bit| encoder.encode(&mut context, byte >> (7 - bit) & 1 == 1));
        }
        assert_eq!(encoder.finish(), expected);
    }

    proptest! {
        #[test]
        fn a_run_is_as_many_decisions(runs in prop::collection::vec((any::<bool>(), 0_u32..20_000), 1..12)) {
            let (mut by_run, mut learnt) = (ArithmeticEncoder::new(0), Context::default());
            let (mut one_by_one, mut context) = (ArithmeticEncoder::new(0), Context::default());
            for (decision, count) in runs {
                by_run.encode_run(&mut learnt, decision, count);
                (0..count).for_each(|_| one_by_one.encode(&mut context, decision));
            }
            prop_assert_eq!(by_run.finish(), one_by_one.finish());
        }
    }
}
