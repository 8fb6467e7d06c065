//! Natural order of names: page 2 before page 10.

use std::cmp::Ordering;

/// Compares names by their letters without regard to case, and by the value of their numbers.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let ((l, rest_l), (r, rest_r)) = (part(left), part(right));
        let order = match (l.is_empty(), r.is_empty()) {
            // Names that differ in case or leading zeros alone still have one order.
            (true, true) => return a.cmp(b),
            (false, false) if starts_with_digit(l) && starts_with_digit(r) => by_value(l, r),
            _ => l.chars().flat_map(char::to_lowercase).cmp(r.chars().flat_map(char::to_lowercase)),
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (rest_l, rest_r);
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The digits or the letters that `text` begins with, and the rest.
fn part(text: &str) -> (&str, &str) {
    let digits = starts_with_digit(text);
    text.split_at(text.find(|letter: char| letter.is_ascii_digit() != digits).unwrap_or(text.len()))
}

/// Numbers of any length.
fn by_value(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = vec![
            "trang 10.jpg",
            "trang 2.jpg",
            "Trang 1.jpg",
            "a",
            "trang 002.jpg",
            "scan99999999999999999999.tif",
            "scan3.tif",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "a",
                "scan3.tif",
                "scan99999999999999999999.tif",
                "Trang 1.jpg",
                "trang 002.jpg",
                "trang 2.jpg",
                "trang 10.jpg"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn it_is_an_order(a in "[a-bA-B0-2]{0,6}", b in "[a-bA-B0-2]{0,6}", c in "[a-bA-B0-2]{0,6}") {
            proptest::prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                proptest::prop_assert!(natural(&a, &c).is_le());
            }
            proptest::prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
        }
    }
}
