//! Why nothing was pulled.

use schema_model::declare::Mistake;

use crate::draft::DraftError;

/// Why nothing was pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// No room for what is read again.
    #[error("can't use a temporary folder: {0}")]
    Temporary(std::io::Error),
    /// What was written can't be read again: our own mistake.
    #[error("what would be written can't be read: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unreadable(Vec<Mistake>),
    /// A file could not be read or written.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is no Rust.
    #[error("{}: {error}", .path.display())]
    Syntax {
        /// The file.
        path: std::path::PathBuf,
        /// What the parser says.
        error: syn::Error,
    },
    /// The sides could not be compared.
    #[error(transparent)]
    Compare(#[from] DraftError),
}
