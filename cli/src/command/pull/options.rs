//! The options as the library takes them.

use schema_diff::pull::{Dates, Decimals, Layout, Networks, Options};

use super::STDOUT;
use crate::args::{self, PullArgs};

pub(super) fn of(args: &PullArgs) -> Options {
    Options {
        dates: match args.dates {
            args::Dates::Chrono => Dates::Chrono,
            args::Dates::Time => Dates::Time,
        },
        decimals: match args.decimals {
            args::Decimals::RustDecimal => Decimals::RustDecimal,
            args::Decimals::BigDecimal => Decimals::BigDecimal,
        },
        networks: match args.networks {
            args::Networks::Ipnetwork => Networks::IpNetwork,
            args::Networks::Ipnet => Networks::IpNet,
        },
        newtypes: args.newtypes,
        sqlx: !args.no_sqlx,
        derives: args.derive.clone(),
        // One text can't be spread over files.
        layout: if args.split && args.output != STDOUT { Layout::Split } else { Layout::OneFile },
        tables: args.table.clone(),
    }
}
