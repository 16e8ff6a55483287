//! What is wrong with a folder, told so that the person who wrote it can put it right.

use std::fmt;

use contract::error::FieldError;

use super::ImportError;
use crate::services::kit::error::ServiceError;

/// One mistake: where it is, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// File, relative to the folder, with `/` between its parts.
    pub file: String,
    /// Line, counted from 1; `None` when the file as a whole is meant.
    pub line: Option<u32>,
    /// What is wrong and what to write instead, in Chinese.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} 第 {line} 行：{}", self.file, self.message),
            None => write!(f, "{}：{}", self.file, self.message),
        }
    }
}

/// Collects the complaints about one file.
#[derive(Debug)]
pub struct Complaints<'a> {
    file: &'a str,
    found: Vec<Complaint>,
}

impl<'a> Complaints<'a> {
    /// For a file named relative to the folder.
    #[must_use]
    pub const fn about(file: &'a str) -> Self {
        Self {
            file,
            found: Vec::new(),
        }
    }

    /// Complains about a line.
    pub fn line(&mut self, line: u32, message: impl Into<String>) {
        self.found.push(Complaint {
            file: self.file.to_owned(),
            line: Some(line),
            message: message.into(),
        });
    }

    /// Complains about the file as a whole.
    pub fn whole(&mut self, message: impl Into<String>) {
        self.found.push(Complaint {
            file: self.file.to_owned(),
            line: None,
            message: message.into(),
        });
    }

    /// Complains about a line, or about the file as a whole.
    pub fn at(&mut self, line: Option<u32>, message: impl Into<String>) {
        match line {
            Some(line) => self.line(line, message),
            None => self.whole(message),
        }
    }

    /// Takes over what was found elsewhere, e.g. in a table the file refers to.
    pub fn extend(&mut self, others: Vec<Complaint>) {
        self.found.extend(others);
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// `value` when nothing was wrong, else what was.
    ///
    /// # Errors
    /// The complaints.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Complaint>> {
        if self.found.is_empty() {
            Ok(value)
        } else {
            Err(self.found)
        }
    }

    /// What was found.
    #[must_use]
    pub fn into_vec(self) -> Vec<Complaint> {
        self.found
    }
}

/// What a service refused becomes complaints about what was written; `words` says where a field stands and
/// what is said of it. Whatever else failed stays an error.
pub(super) fn refused(
    error: ServiceError,
    complaints: &mut Complaints<'_>,
    words: impl Fn(FieldError) -> (Option<u32>, String),
) -> Result<(), ImportError> {
    let whole = |message: String| FieldError {
        field: String::new(),
        message,
    };
    let wrong = match error {
        ServiceError::Invalid(fields) => fields,
        ServiceError::Conflict(message) => vec![whole(message)],
        ServiceError::WrongState(state) => vec![whole(format!("{}，不能这样操作", state.says))],
        other => return Err(other.into()),
    };
    for (line, message) in wrong.into_iter().map(words) {
        complaints.at(line, message);
    }
    Ok(())
}
