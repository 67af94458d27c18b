//! The major versions of PostgreSQL that we know.

use std::fmt;
use std::str::FromStr;

use super::EmbeddedError;

/// A major version, 12 to 18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Major(u16);

impl Major {
    /// The oldest version that we support.
    pub const OLDEST: Self = Self(12);
    /// The newest version that we support; taken where none is asked for.
    pub const LATEST: Self = Self(18);

    /// Checks a number.
    ///
    /// # Errors
    /// [`EmbeddedError::UnsupportedMajor`] outside 12 to 18.
    pub fn new(number: u16) -> Result<Self, EmbeddedError> {
        if (Self::OLDEST.0..=Self::LATEST.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(EmbeddedError::UnsupportedMajor { text: number.to_string() })
        }
    }

    /// The number, as in `/usr/lib/postgresql/18`.
    pub fn number(self) -> u16 {
        self.0
    }

    /// All supported versions, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.0..=Self::LATEST.0).map(Self)
    }
}

impl Default for Major {
    fn default() -> Self {
        Self::LATEST
    }
}

impl fmt::Display for Major {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Major {
    type Err = EmbeddedError;

    fn from_str(text: &str) -> Result<Self, EmbeddedError> {
        let number =
            text.trim().parse().map_err(|_| EmbeddedError::UnsupportedMajor { text: text.trim().to_owned() })?;
        Self::new(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_supported_versions_are_read() {
        assert_eq!("12".parse::<Major>().expect("supported"), Major::OLDEST);
        assert_eq!(Major::all().count(), 7);
        for text in ["11", "19", "", "18.1", "x"] {
            assert!(text.parse::<Major>().is_err(), "{text}");
        }
    }
}
