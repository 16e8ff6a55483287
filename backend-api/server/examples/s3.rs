//! A stand-in for S3, for trying things out: `s3 ADDRESS FOLDER`. Keys and bucket are those of the tests.

#[path = "../tests/api/s3.rs"]
mod s3;

use std::net::SocketAddr;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(folder)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("s3 ADDRESS FOLDER");
    };
    let address: SocketAddr = address.parse()?;
    let service = s3::service(&PathBuf::from(folder));
    s3::serve(s3::listen(address).await, service).await;
    Ok(())
}
