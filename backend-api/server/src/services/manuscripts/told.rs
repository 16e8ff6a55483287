//! What readers of files tell: the parts of a text, what is other than in the file, or why there is nothing.

use contract::bulletin::Block;
use contract::manuscript::ManuscriptRemark;

use crate::services::kit::error::ServiceError;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// A block that is no picture.
    Block(Block),
    /// A picture in whatever format it was.
    Picture {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What it is called in a remark, such as 第 2 张图片.
        place: String,
        /// The page it is on, from 1, where there are pages.
        page: Option<u32>,
        /// What it shows, if the file says so.
        caption: String,
    },
}

/// Why a file cannot be turned.
#[derive(Debug, thiserror::Error)]
pub enum Unturned {
    /// It is something else; says in Chinese what to do.
    #[error("not a manuscript: {0}")]
    Kind(&'static str),
    /// Its bytes are no such file, or a part of them is missing.
    #[error("damaged")]
    Damaged,
    /// It is locked with a password.
    #[error("encrypted")]
    Encrypted,
    /// Its author lets nobody copy its text.
    #[error("not to be copied")]
    NotToBeCopied,
    /// It has pages and no text.
    #[error("pictures of pages")]
    Scanned,
    /// Nothing is in it.
    #[error("empty")]
    Empty,
    /// It unpacks to too much, or is too long.
    #[error("too large")]
    TooLarge,
    /// It took too long.
    #[error("too slow")]
    TooSlow,
    /// A program of the system is missing or fails; says which.
    #[error("{0} does not run: {1}")]
    Tool(&'static str, String),
}

impl From<Unturned> for ServiceError {
    fn from(why: Unturned) -> Self {
        let words = match why {
            Unturned::Kind(words) => words,
            Unturned::Damaged => "文件已损坏或没有传完整，请用原来的软件打开，另存一次再传",
            Unturned::Encrypted => "文件加了密码，请在原来的软件里去掉密码，另存一次再传",
            Unturned::NotToBeCopied => {
                "这份 PDF 不让复制文字，请向做它的人要 Word 文件，或者要一份不限制复制的"
            }
            Unturned::Scanned => {
                "这份 PDF 是扫描的图片，没有文字。请用原来的 Word 文件；只有纸的，请把文字打出来，或者把每一页另存成图片，拖进正文里"
            }
            Unturned::Empty => "文件里没有文字也没有图片",
            Unturned::TooLarge => "文件太长或者展开以后太大，请分成几份，或者去掉里面的大图片",
            Unturned::TooSlow => "文件太复杂，一分钟还没有转完。请另存为 .docx 再传，或者分成几份",
            Unturned::Tool(tool, error) => {
                tracing::error!(tool, error, "a manuscript cannot be turned");
                return Self::Unavailable("服务器上转文件的程序没有装好，请联系管理员");
            }
        };
        Self::BadRequest(words.to_owned())
    }
}

/// What a reader found.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) parts: Vec<Part>,
    pub(super) remarks: Vec<ManuscriptRemark>,
}

impl Told {
    pub(super) fn block(&mut self, block: Block) {
        self.parts.push(Part::Block(block));
    }

    /// A paragraph; nothing where nothing would be seen.
    pub(super) fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let text = text.to_owned();
            self.block(Block::Paragraph { text });
        }
    }

    pub(super) fn remark(
        &mut self,
        page: Option<u32>,
        place: impl Into<String>,
        message: impl Into<String>,
    ) {
        let remark = ManuscriptRemark {
            page,
            place: place.into(),
            message: message.into(),
        };
        // What holds for many places is said once for each of them.
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}
