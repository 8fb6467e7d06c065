//! The resolution of a picture: as stated, or from the paper that it must have lain on.

use crate::base::geometry::Size;
use crate::base::units::Dpi;
use crate::raster::probe::Density;

/// Office scanners' usual resolution: 300.
pub(super) fn office() -> Dpi {
    Dpi::new(300.0).unwrap_or(Dpi::DECREE_30_MINIMUM)
}

/// Longer and shorter side of A4 in inches.
const A4: (f32, f32) = (11.693, 8.268);

/// Sides' ratio of A-series paper is 1.414; Letter (1.294) and Legal (1.647) are outside, as are cards (1.585).
const A_SERIES: std::ops::RangeInclusive<f32> = 1.34..=1.49;

/// Resolutions that scanners offer: a value near one of them was one.
const USUAL: [f32; 12] = [72.0, 75.0, 96.0, 100.0, 120.0, 150.0, 200.0, 240.0, 300.0, 400.0, 600.0, 1200.0];

/// The resolution of a picture, and whether it was assumed.
pub(super) fn resolution(stated: Option<Density>, size: Size) -> (Dpi, bool) {
    let stated = stated.filter(|density| is_credible(*density, size));
    match stated.map(|density| Dpi::new((f32::midpoint(density.x, density.y) * 100.0).round() / 100.0)) {
        Some(Ok(dpi)) => (dpi, false),
        _ => (assumed(size), true),
    }
}

/// Cameras and editors write 72 or 96 where they mean "I do not know": a paper longer than 20 inches
/// at so few dots is no paper that an office scans.
fn is_credible(density: Density, size: Size) -> bool {
    let finest = density.x.max(density.y);
    finest > 100.0 || size.width.max(size.height) as f32 / finest <= 20.0
}

fn assumed(size: Size) -> Dpi {
    let (longer, shorter) = (size.width.max(size.height) as f32, size.width.min(size.height) as f32);
    let dots = f32::midpoint(longer / A4.0, shorter / A4.1);
    if !A_SERIES.contains(&(longer / shorter)) || !(72.0..=1200.0).contains(&dots) {
        return office();
    }
    let near = USUAL.into_iter().find(|usual| (dots - usual).abs() <= usual * 0.03);
    Dpi::new(near.unwrap_or(dots.round())).unwrap_or(office())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stated: Option<f32>, (width, height): (u32, u32), dpi: f32, assumed: bool) {
        let density = stated.map(|dots| Density { x: dots, y: dots });
        let (found, guess) = resolution(density, Size { width, height });
        assert_eq!((found.value(), guess), (dpi, assumed));
    }

    #[test]
    fn a_stated_resolution_counts_unless_the_paper_would_be_a_poster() {
        check(Some(200.0), (1654, 2339), 200.0, false);
        check(Some(72.0), (595, 842), 72.0, false);
        check(Some(72.0), (3024, 4032), 300.0, true);
        check(Some(96.0), (2480, 3508), 300.0, true);
    }

    #[test]
    fn paper_is_taken_for_a4_where_its_shape_is() {
        check(None, (2480, 3508), 300.0, true);
        check(None, (3508, 2480), 300.0, true);
        check(None, (1654, 2339), 200.0, true);
        check(None, (2200, 3111), 266.0, true);
        check(None, (1011, 638), 300.0, true);
        check(None, (30, 42), 300.0, true);
    }
}
