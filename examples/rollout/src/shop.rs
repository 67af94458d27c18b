//! The shop: a database, and everything that works on it.

use std::error::Error;
use std::sync::Arc;

use schema_diff::embedded::{Major, Progress, ScratchServer};
use sqlx::PgPool;

use crate::balancer::Balancer;
use crate::instance::{Instance, Instances, Release};
use crate::log::Log;
use crate::operator::{Operator, say};

/// The role of the instances, with what an application needs and no more.
const ROLE: &str = "
    CREATE ROLE shop LOGIN;
    GRANT SELECT, INSERT, UPDATE ON customers TO shop;
    GRANT SELECT, INSERT, UPDATE ON _schema_instances TO shop;
    GRANT SELECT ON _schema_migrations TO shop;";

/// Everything that the strategies deal with.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) operator: Operator,
    pub(crate) instances: Instances,
    pub(crate) balancer: Arc<Balancer>,
    pub(crate) log: Arc<Log>,
    pub(crate) pool: PgPool,
    /// The database, as the instances know it.
    database: String,
    server: ScratchServer,
}

impl Shop {
    /// An empty PostgreSQL with what v41 has made of it, and customers.
    pub(crate) async fn open(customers: i64) -> Result<Self, Box<dyn Error>> {
        say("A PostgreSQL, found on this machine or fetched once, with the tables of v41.");
        let server = ScratchServer::start(Major::LATEST, &Progress::silent()).await?;
        let url = server.create_database("bookstore").await?;
        let operator = Operator::new(url.clone())?;
        operator.apply(Release::V41).await?;
        let pool = PgPool::connect(&url).await?;
        sqlx::raw_sql(ROLE).execute(&pool).await?;
        fill(&pool, customers).await?;
        Ok(Self {
            operator,
            instances: Instances::default(),
            balancer: Arc::default(),
            log: Arc::new(Log::filled(customers)),
            pool,
            database: url.replace("postgres@", "shop@"),
            server,
        })
    }

    /// Starts an instance, which gets no requests yet.
    pub(crate) async fn start(&self, release: Release) -> Result<Instance, Box<dyn Error>> {
        let instance = Instance::start(&self.operator, &self.database, release, &self.instances).await?;
        println!("({} serves at {})", release.name(), instance.backend.address);
        Ok(instance)
    }

    /// As many as there have been.
    pub(crate) async fn start_three(&self, release: Release) -> Result<Vec<Instance>, Box<dyn Error>> {
        Ok(vec![self.start(release).await?, self.start(release).await?, self.start(release).await?])
    }

    /// Tries to start an instance that must refuse to.
    pub(crate) async fn does_not_start(&self, release: Release) -> Result<(), Box<dyn Error>> {
        match Instance::start(&self.operator, &self.database, release, &self.instances).await {
            Ok(_) => Err(format!("{} starts on a database that it can't work on", release.name()).into()),
            Err(why) => {
                println!("{why}");
                Ok(())
            }
        }
    }

    /// Takes an instance out of rotation, then ends it.
    pub(crate) async fn retire(&self, instance: Instance) -> Result<(), Box<dyn Error>> {
        self.balancer.remove(&instance).await;
        println!("({} at {} is told to end)", instance.backend.release.name(), instance.backend.address);
        instance.stop().await
    }

    /// Stops the server.
    pub(crate) async fn close(self) {
        self.pool.close().await;
        drop(self.server);
    }
}

/// Puts customers into the shop as [`Log::filled`] expects them.
async fn fill(pool: &PgPool, customers: i64) -> sqlx::Result<()> {
    let statements = [
        "INSERT INTO customers (id, user_name, credit, country, fax)
         SELECT n, 'Reader ' || n, n, CASE n % 2 WHEN 0 THEN 'NO' END, '+47 22 00 00 00' FROM generate_series(1, $1) AS n",
        "SELECT setval(pg_get_serial_sequence('customers', 'id'), $1)",
    ];
    for statement in statements {
        sqlx::query(statement).bind(customers).execute(pool).await?;
    }
    Ok(())
}
