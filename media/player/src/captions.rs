//! WebVTT captions.
