//! Windows: desktop, KMS, headless, virtual TV.
