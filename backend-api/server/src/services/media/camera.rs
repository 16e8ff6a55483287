//! Addresses of network cameras.

use url::Url;

/// Longest address of a camera, in bytes.
const MAX_URL: usize = 500;

/// What is wrong with an address that is none of a camera.
pub const WRONG_URL: &str =
    "摄像头地址须以 rtsp:// 或 rtsps:// 开头，例如 rtsp://192.168.1.64/live";

/// A camera's address without spaces around it, if it is one.
#[must_use]
pub fn camera_url(text: &str) -> Option<&str> {
    let text = text.trim();
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL)?;
    let camera = matches!(url.scheme(), "rtsp" | "rtsps")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && !text.contains(|c: char| c.is_control() || c.is_whitespace());
    camera.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_cameras() {
        for good in [
            "rtsp://192.168.1.64/live",
            " rtsps://user:p%40ss@cam.example.cn:322/Streaming/Channels/101 ",
            "rtsp://[fd00::1]/a",
        ] {
            assert_eq!(camera_url(good), Some(good.trim()), "{good}");
        }
        let long = format!("rtsp://a/{}", "x".repeat(MAX_URL));
        for bad in [
            "",
            "rtsp://",
            "rtsp:/a",
            "http://a/b",
            "test:440",
            "file:///etc/passwd",
            "rtsp://a/b c",
            "rtsp://a/\nb",
            &long,
        ] {
            assert_eq!(camera_url(bad), None, "{bad}");
        }
    }
}
