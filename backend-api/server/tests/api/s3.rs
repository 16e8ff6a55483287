//! A stand-in for a store that speaks S3, in this process: the crate `s3s-fs` over a folder.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub const ACCESS_KEY: &str = "zhdj";
pub const SECRET_KEY: &str = "for-tests-only";
pub const BUCKET: &str = "zhdj";

/// The store over this folder, with its bucket.
pub fn service(folder: &Path) -> S3Service {
    std::fs::create_dir_all(folder.join(BUCKET)).expect("cannot make the bucket");
    let files = FileSystem::new(folder).expect("cannot use the folder");
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    builder.build()
}

/// Serves until it is dropped; then its connections end, too.
pub async fn serve(listener: TcpListener, service: S3Service) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // It broke: whoever asked asks again.
            let _ = served.await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Listens there. A port that was given up may be somebody's for a moment.
pub async fn listen(address: SocketAddr) -> TcpListener {
    let free = async {
        loop {
            match TcpListener::bind(address).await {
                Ok(listener) => return listener,
                Err(error) if error.kind() == ErrorKind::AddrInUse => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("{address}: {error}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), free)
        .await
        .expect("the port is free within a minute")
}
