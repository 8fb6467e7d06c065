//! Damage of the kinds that disks, networks and enemies make, from a seed: the same number, the same damage.

/// A generator of numbers (xorshift64*); good enough to choose damage by.
#[derive(Debug, Clone)]
pub struct Chance(u64);

/// Numbers at which lengths, offsets and products of them overflow.
const EDGES: [u32; 11] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Text that formats of text stumble over.
const TEXTS: [&[u8]; 10] =
    [b"-1", b"99999999999999999999", b"1e309", b"\0", b"\xff\xfe", b"\"", b"<<", b">>", b"[[[[[[[[", b" R "];

/// Inputs grow to this at most.
const LONGEST: usize = 1 << 20;

impl Chance {
    /// Begins with this number.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end.max(1)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// One of the seeds with one to six faults; now and then as it is, or nothing but noise.
#[must_use]
pub fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut data = seeds[chance.below(seeds.len())].clone();
    match chance.below(50) {
        0 => return data,
        1 => {
            data.truncate(chance.below(300));
            data.fill_with(|| chance.next() as u8);
            return data;
        }
        _ => {}
    }
    for _ in 0..=chance.below(6) {
        fault(&mut data, seeds, chance);
    }
    data.truncate(LONGEST);
    data
}

fn fault(data: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(data.len());
    let span = chance.of(&[1, 2, 4, 16, 256, 4096]).min(data.len() - at);
    match chance.below(9) {
        0 if !data.is_empty() => data[at] ^= 1 << chance.below(8),
        1 => data[at..at + span].fill_with(|| chance.next() as u8),
        2 => drop(data.drain(at..at + span)),
        3 => {
            let again = data[at..at + span].to_vec();
            data.splice(at..at, again);
        }
        4 => {
            let edge = chance.of(&EDGES);
            let edge = if chance.below(2) == 0 { edge.to_le_bytes() } else { edge.to_be_bytes() };
            let width = chance.of(&[1, 2, 4]).min(data.len() - at);
            data[at..at + width].copy_from_slice(&edge[..width]);
        }
        5 => data.truncate(at.max(16)),
        6 => {
            let other = &seeds[chance.below(seeds.len())];
            let from = chance.below(other.len());
            let part = &other[from..(from + span).min(other.len())];
            data.splice(at..at + span, part.iter().copied());
        }
        7 => data.splice(at..at, chance.of(&TEXTS).iter().copied()).for_each(drop),
        _ => {
            let digits = data[at..].iter_mut().filter(|byte| byte.is_ascii_digit());
            digits.take(chance.below(9)).for_each(|digit| *digit = b'0' + chance.below(10) as u8);
        }
    }
}
