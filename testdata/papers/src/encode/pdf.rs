//! The PDF of a scanner: one picture a page, nothing else (ISO 32000-1).

use super::group4;
use crate::Error;
use crate::faults::{Jpeg, Picture};

/// A PDF in the making.
#[derive(Debug, Default)]
pub struct Pdf {
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    /// In points.
    size: (f32, f32),
    rotate: u32,
    image: String,
    data: Vec<u8>,
}

impl Pdf {
    /// Adds a page: Group 4 for 1 bit, JPEG otherwise; `/Rotate` where the file is to state a turn.
    ///
    /// # Errors
    ///
    /// As [`super::jpeg`].
    pub fn page(&mut self, picture: &Picture, how: Jpeg, dpi: u32, stated_turn: u32) -> Result<(), Error> {
        let (width, height) = (picture.width, picture.height);
        let (data, filter) = if super::is_bilevel(picture) {
            let parameters = format!("/DecodeParms<</K -1/Columns {width}/Rows {height}>>");
            (group4(picture), format!("/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode{parameters}"))
        } else {
            let space = if picture.channels() == 3 { "DeviceRGB" } else { "DeviceGray" };
            let bytes = super::jpeg(picture, how, dpi, 0)?;
            (bytes, format!("/BitsPerComponent 8/ColorSpace/{space}/Filter/DCTDecode"))
        };
        let image = format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}{filter}");
        let points = |pixels: usize| pixels as f32 * 72.0 / dpi as f32;
        self.pages.push(Page { size: (points(width), points(height)), rotate: stated_turn, image, data });
        Ok(())
    }

    /// The file's bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut file = File::new();
        let kids: Vec<String> = (0..self.pages.len()).map(|at| format!("{} 0 R", 3 + at * 3)).collect();
        file.object("<</Type/Catalog/Pages 2 0 R>>", None);
        file.object(&format!("<</Type/Pages/Count {}/Kids[{}]>>", kids.len(), kids.join(" ")), None);
        for (at, page) in self.pages.iter().enumerate() {
            let first = 3 + at * 3;
            let (width, height) = page.size;
            let rotate = if page.rotate == 0 { String::new() } else { format!("/Rotate {}", page.rotate) };
            file.object(
                &format!(
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.2} {height:.2}]{rotate}\
                     /Resources<</XObject<</Im0 {} 0 R>>>>/Contents {} 0 R>>",
                    first + 2,
                    first + 1
                ),
                None,
            );
            let content = format!("q {width:.2} 0 0 {height:.2} 0 0 cm /Im0 Do Q");
            file.object(&format!("<</Length {}>>", content.len()), Some(content.as_bytes()));
            file.object(&format!("<<{}/Length {}>>", page.image, page.data.len()), Some(&page.data));
        }
        file.finish()
    }
}

struct File {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl File {
    fn new() -> Self {
        Self { bytes: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec(), offsets: Vec::new() }
    }

    fn object(&mut self, dictionary: &str, stream: Option<&[u8]>) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend(format!("{} 0 obj\n{dictionary}\n", self.offsets.len()).as_bytes());
        if let Some(stream) = stream {
            self.bytes.extend(b"stream\n");
            self.bytes.extend(stream);
            self.bytes.extend(b"\nendstream\n");
        }
        self.bytes.extend(b"endobj\n");
    }

    fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let count = self.offsets.len() + 1;
        self.bytes.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
        for offset in &self.offsets {
            self.bytes.extend(format!("{offset:010} 00000 n \n").as_bytes());
        }
        self.bytes.extend(format!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
        self.bytes
    }
}
