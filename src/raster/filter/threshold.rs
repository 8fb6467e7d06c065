//! Histograms, and thresholds between ink and paper.

/// How often each value occurs.
#[must_use]
pub fn histogram(pixels: &[u8]) -> [u32; 256] {
    // Four tables, since runs of one value would wait for one counter.
    let mut counts = [[0_u32; 256]; 4];
    let (fours, rest) = pixels.as_chunks::<4>();
    for four in fours {
        for (table, value) in counts.iter_mut().zip(four) {
            table[usize::from(*value)] += 1;
        }
    }
    for value in rest {
        counts[0][usize::from(*value)] += 1;
    }
    std::array::from_fn(|value| counts.iter().map(|table| table[value]).sum())
}

/// The least value that `share` (0 to 1) of the pixels do not exceed; 0 without pixels.
#[must_use]
pub fn percentile(histogram: &[u32; 256], share: f64) -> u8 {
    let total: f64 = histogram.iter().map(|n| f64::from(*n)).sum();
    let mut seen = 0.0;
    let reached = |n: &u32| {
        seen += f64::from(*n);
        seen >= share * total
    };
    histogram.iter().position(reached).unwrap_or(255) as u8
}

/// The greatest value of the darker of two classes, parted where the variance between them is
/// greatest (N. Otsu, 1979).
#[must_use]
pub fn otsu(histogram: &[u32; 256]) -> u8 {
    let total: f64 = histogram.iter().map(|n| f64::from(*n)).sum();
    let all: f64 = histogram.iter().enumerate().map(|(value, n)| value as f64 * f64::from(*n)).sum();
    let (mut count, mut sum) = (0.0, 0.0);
    let mut best = (0.0, 0);
    for (value, n) in histogram.iter().enumerate() {
        count += f64::from(*n);
        sum += value as f64 * f64::from(*n);
        if count > 0.0 && count < total {
            let apart = sum / count - (all - sum) / (total - count);
            let variance = count * (total - count) * apart * apart;
            if variance > best.0 {
                best = (variance, value);
            }
        }
    }
    best.1 as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn otsu_parts_two_classes() {
        let mut pixels = vec![40; 300];
        pixels.extend([60; 200]);
        pixels.extend([200; 4001]);
        let counts = histogram(&pixels);
        assert_eq!((counts[40], counts[60], counts[200]), (300, 200, 4001));
        assert_eq!(otsu(&counts), 60);
        assert_eq!([0.0, 0.1, 0.11, 0.5, 1.0].map(|share| percentile(&counts, share)), [0, 60, 60, 200, 200]);
        assert_eq!(otsu(&histogram(&[7; 10])), 0);
    }
}
