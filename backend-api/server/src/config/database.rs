//! How the way to the database is protected, in words.

use store::{DatabaseUrl, Encryption};

/// What to write for a way that nobody can listen in on.
const WRITE: &str = "请在数据库地址后面写 ?sslmode=verify-full&sslrootcert=/路径/root.crt（用系统信任的证书时不写 sslrootcert）";

/// What holds on the way to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What holds, a sentence.
    pub says: String,
    /// Whether passwords and personal data can be read or changed on the way by whoever is on the network.
    pub is_open: bool,
}

/// What holds on the way to this one.
#[must_use]
pub fn way_to(url: &DatabaseUrl) -> Way {
    let closed = |says: &str| Way {
        says: says.to_owned(),
        is_open: false,
    };
    let open = |says: &str| Way {
        says: format!("{says}，口令和个人信息在路上可能被人看到。{WRITE}"),
        is_open: true,
    };
    match url.encryption() {
        Encryption::Local => closed("数据库在本机，不经过网络。"),
        Encryption::Full => {
            closed("到数据库的连接加密，证书和主机名都核对（sslmode=verify-full）。")
        }
        Encryption::Authority => {
            closed("到数据库的连接加密，核对证书由谁签发，不核对主机名（sslmode=verify-ca）。")
        }
        _ if url.is_local() => closed("数据库在本机，连接不出本机。"),
        Encryption::Unverified => open(
            "到数据库的连接加密，但不核对对方的证书，有人冒充数据库时发现不了（sslmode=require）",
        ),
        Encryption::IfOffered => open(
            "到数据库的连接只在对方支持时加密，也不核对证书（sslmode=prefer，或没有写 sslmode）",
        ),
        Encryption::Off => open("到数据库的连接不加密（sslmode=disable）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_said_with_what_to_write() {
        for (url, is_open) in [
            ("sqlite:/srv/data.sqlite", false),
            ("postgres:///tv?host=/run/postgresql", false),
            ("postgres://u@localhost/tv", false),
            ("postgres://u@localhost/tv?sslmode=disable", false),
            ("postgres://u@db.example/tv", true),
            ("postgres://u@db.example/tv?sslmode=disable", true),
            ("postgres://u@db.example/tv?sslmode=require", true),
            ("postgres://u@db.example/tv?sslmode=verify-ca", false),
            ("postgres://u@db.example/tv?sslmode=verify-full", false),
        ] {
            let way = way_to(&url.parse().unwrap());
            assert_eq!(way.is_open, is_open, "{url}");
            assert_eq!(way.says.contains(WRITE), is_open, "{url}");
        }
    }
}
