//! What a user may choose.

/// What a user may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The types of dates and times.
    pub dates: Dates,
    /// The types of numeric.
    pub decimals: Decimals,
    /// The types of network addresses.
    pub networks: Networks,
    /// Whether primary keys of one column have types of their own.
    pub newtypes: bool,
    /// Whether structs derive `sqlx::FromRow`, and enums `sqlx::Type`.
    pub sqlx: bool,
    /// Further derives of every item, as they are to be written.
    pub derives: Vec<String>,
    /// How items are spread over files.
    pub layout: Layout,
    /// Only these tables, as `name` or `namespace.name`; all of them where there are none.
    pub tables: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dates: Dates::Chrono,
            decimals: Decimals::RustDecimal,
            networks: Networks::IpNetwork,
            newtypes: false,
            sqlx: true,
            derives: Vec::new(),
            layout: Layout::OneFile,
            tables: Vec::new(),
        }
    }
}

/// The library of dates and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// chrono.
    Chrono,
    /// time.
    Time,
}

/// The library of numeric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimals {
    /// rust_decimal.
    RustDecimal,
    /// bigdecimal, which holds every numeric.
    BigDecimal,
}

/// The library of network addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Networks {
    /// ipnetwork.
    IpNetwork,
    /// ipnet.
    IpNet,
}

/// How items are spread over files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All in one.
    OneFile,
    /// A module for each table, re-exported by the one around them.
    Split,
}
