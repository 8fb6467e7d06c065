//! What is worth telling about an input, for its report and its record.

use serde::{Deserialize, Serialize};

use crate::base::units::{Dpi, PageNumber};

/// Something about an input that a person may want to know; it was read all the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "note")]
pub enum Note {
    /// The name says one format, the bytes say another.
    MisleadingName {
        /// The source's name.
        file: String,
        /// What it is.
        media_type: String,
    },
    /// Nothing states the resolution, or what is stated cannot be.
    ResolutionAssumed {
        /// The page.
        page: PageNumber,
        /// What was assumed: that the paper is A4 where its shape is, else 300 dpi.
        dpi: Dpi,
    },
    /// The structure of a PDF was damaged and put together again.
    Repaired {
        /// The source's name.
        file: String,
    },
    /// A PDF is locked against some uses; anybody may open it.
    Locked {
        /// The source's name.
        file: String,
        /// What it forbids.
        denied: Vec<Use>,
    },
    /// Values of a PDF form that the file does not show were drawn with its pages.
    ValuesDrawn {
        /// The source's name.
        file: String,
        /// How many.
        fields: u32,
    },
    /// Fronts and backs came in files of their own, and were put behind each other.
    Sides {
        /// How many sheets.
        sheets: u32,
        /// The backs came as a feeder gives them when the stack is turned over, the last one first; else in order.
        turned: bool,
        /// Printed page numbers said so; else that is how it is usually done.
        by_numbers: bool,
    },
    /// A PDF opens with a password only, and was opened with one that was given.
    Unlocked {
        /// The source's name.
        file: String,
    },
}

/// A use of a PDF that its author may forbid (ISO 32000-1, table 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Printing.
    Print,
    /// Changing its content.
    Change,
    /// Taking out text and pictures.
    Copy,
    /// Adding notes.
    Annotate,
    /// Filling in forms.
    Fill,
    /// Adding, turning and removing pages.
    Assemble,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MisleadingName { file, media_type } => {
                write!(f, "`{file}` is {media_type} whatever its name says, and was read as that")
            }
            Self::ResolutionAssumed { page, dpi } => {
                write!(f, "{page}: no resolution that can be is stated, {} dpi assumed", dpi.value())
            }
            Self::Repaired { file } => write!(f, "`{file}` is damaged; its structure was put together again"),
            Self::Locked { file, denied } => {
                let denied: Vec<&str> = denied.iter().map(|one| one.english()).collect();
                write!(f, "`{file}` is locked against {}; it is kept as it is", denied.join(", "))
            }
            Self::ValuesDrawn { file, fields } => {
                write!(
                    f,
                    "{fields} values of the form `{file}` have no look of their own, and were drawn as a viewer does"
                )
            }
            Self::Sides { sheets, turned, by_numbers } => {
                let order = if *turned { "the last one first" } else { "in order" };
                let why = if *by_numbers { "by their printed numbers" } else { "as is usual, no printed number tells" };
                write!(f, "{sheets} backs from a file of their own were put behind their fronts: {order}, {why}")
            }
            Self::Unlocked { file } => {
                write!(f, "`{file}` opens with a password only; it was read with one, and is kept locked as it is")
            }
        }
    }
}

impl Note {
    /// Notes to tell one by one, and the first of those about pages without a stated resolution with how many more there
    /// are: a folder of five hundred such pictures is one remark.
    #[must_use]
    pub fn grouped(notes: &[Self]) -> (Vec<&Self>, Option<(&Self, usize)>) {
        let (assumed, others): (Vec<_>, Vec<_>) =
            notes.iter().partition(|note| matches!(note, Self::ResolutionAssumed { .. }));
        (others, assumed.first().map(|first| (*first, assumed.len() - 1)))
    }

    /// In Vietnamese, for reports.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::MisleadingName { file, media_type } => format!("{file}: nội dung là {media_type}, khác với đuôi tệp"),
            Self::ResolutionAssumed { page, dpi } => {
                format!("trang {}: tệp không ghi độ phân giải, tạm lấy {} dpi", page.value(), dpi.value())
            }
            Self::Repaired { file } => format!("{file}: cấu trúc tệp bị hỏng, đã khôi phục khi đọc"),
            Self::Locked { file, denied } => {
                let denied: Vec<&str> = denied.iter().map(|one| one.vietnamese()).collect();
                format!("{file}: tệp khóa quyền ({}), giữ nguyên tệp gốc", denied.join(", "))
            }
            Self::ValuesDrawn { file, fields } => {
                format!("{file}: {fields} ô biểu mẫu đã điền nhưng tệp không hiển thị, đã vẽ giá trị lên trang")
            }
            Self::Sides { sheets, turned, by_numbers } => {
                let order = if *turned { "từ tờ cuối lên" } else { "theo thứ tự" };
                let why =
                    if *by_numbers { "theo số trang in trên giấy" } else { "theo cách quét thường gặp" };
                format!("đã xếp xen kẽ {sheets} mặt sau từ tệp riêng: {order}, {why}")
            }
            Self::Unlocked { file } => {
                format!("{file}: tệp khóa bằng mật khẩu, đã mở để đọc, giữ nguyên tệp gốc còn khóa")
            }
        }
    }
}

impl Use {
    fn english(self) -> &'static str {
        match self {
            Self::Print => "printing",
            Self::Change => "changing",
            Self::Copy => "copying",
            Self::Annotate => "annotating",
            Self::Fill => "filling in",
            Self::Assemble => "assembling",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Print => "in",
            Self::Change => "sửa",
            Self::Copy => "sao chép nội dung",
            Self::Annotate => "ghi chú",
            Self::Fill => "điền biểu mẫu",
            Self::Assemble => "ghép trang",
        }
    }
}
