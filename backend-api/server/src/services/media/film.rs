//! Films as files, for whoever stores some: what is in one, what has to be made of it, making it.

pub use media_studio::elements::missing as missing_elements;
pub use media_studio::{Error, Treatment, check, poster, probe, remux, transcode, treatment};
