//! What the benchmark is asked for.

/// The arguments, with defaults for a quick look.
pub(crate) struct Arguments {
    pub(crate) rows: i64,
    pub(crate) pairs: usize,
    pub(crate) memory: Vec<i64>,
    shape: Option<String>,
}

impl Arguments {
    pub(crate) fn read() -> Self {
        let mut arguments = Self { rows: 200_000, pairs: 3, memory: vec![100_000, 400_000], shape: None };
        let mut given = std::env::args().skip(1);
        while let Some(name) = given.next() {
            let mut value = || given.next().expect("a value");
            match name.as_str() {
                "--rows" => arguments.rows = value().parse().expect("a number of rows"),
                "--pairs" => arguments.pairs = value().parse().expect("a number of pairs"),
                "--shape" => arguments.shape = Some(value()),
                "--memory" => {
                    let rows = value();
                    arguments.memory =
                        rows.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().expect("rows")).collect();
                }
                // cargo says that it is a benchmark.
                "--bench" => {}
                other => panic!("unknown argument {other}"),
            }
        }
        arguments
    }

    pub(crate) fn wants(&self, shape: &str) -> bool {
        self.shape.as_deref().is_none_or(|wanted| wanted == shape)
    }
}
