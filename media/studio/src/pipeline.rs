//! Small helpers around pipelines: set-up, stopping, and errors in our own words.

use std::path::Path;
use std::sync::OnceLock;

use gst::glib;
use gst::prelude::*;

use crate::{Error, Result};

/// Starts GStreamer once per process.
pub fn init() -> Result<()> {
    static STARTED: OnceLock<std::result::Result<(), String>> = OnceLock::new();
    STARTED
        .get_or_init(|| gst::init().map_err(|error| error.to_string()))
        .clone()
        .map_err(Error::Setup)
}

/// The `file://` URI of a path, after making sure that it can be opened.
pub fn uri_of(path: &Path) -> Result<glib::GString> {
    let open = |source| Error::Open {
        path: path.to_owned(),
        source,
    };
    std::fs::File::open(path).map_err(open)?;
    let absolute = std::path::absolute(path).map_err(open)?;
    glib::filename_to_uri(&absolute, None).map_err(|error| Error::Setup(error.to_string()))
}

/// Makes an element or says which one is missing.
pub fn make(factory: &str) -> Result<gst::Element> {
    gst::ElementFactory::make(factory)
        .build()
        .map_err(|_| Error::Setup(format!("element {factory} is not installed")))
}

/// The first of several elements that do the same.
pub fn make_first(factories: &[&str]) -> Result<gst::Element> {
    factories
        .iter()
        .find_map(|name| gst::ElementFactory::make(name).build().ok())
        .ok_or_else(|| Error::Setup(format!("none of {} is installed", factories.join(", "))))
}

/// Turns what a pipeline reported into one of our categories.
pub fn categorize(error: &glib::Error, debug: Option<&str>) -> Error {
    let detail = match debug.and_then(|text| text.lines().last()) {
        Some(debug) => format!("{} ({debug})", error.message()),
        None => error.message().to_owned(),
    };
    if error.matches(gst::StreamError::CodecNotFound)
        || error.matches(gst::CoreError::MissingPlugin)
    {
        Error::MissingDecoder { what: detail }
    } else if error.matches(gst::StreamError::TypeNotFound)
        || error.matches(gst::StreamError::WrongType)
    {
        Error::NotMedia { detail }
    } else if error.matches(gst::ResourceError::Write)
        || error.matches(gst::ResourceError::NoSpaceLeft)
        || error.matches(gst::ResourceError::OpenWrite)
    {
        Error::Write(detail)
    } else {
        Error::Damaged { detail }
    }
}

/// A pipeline that is stopped when it goes out of scope, whatever happened.
pub struct Running(pub gst::Pipeline);

impl Running {
    /// The first error on the bus, if any, without waiting.
    pub fn error(&self) -> Option<Error> {
        let message = self.0.bus()?.pop_filtered(&[gst::MessageType::Error])?;
        match message.view() {
            gst::MessageView::Error(error) => {
                Some(categorize(&error.error(), error.debug().as_deref()))
            }
            _ => None,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.set_state(gst::State::Null).is_err() {
            tracing::warn!("a media pipeline did not stop cleanly");
        }
    }
}
